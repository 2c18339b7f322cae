//! What people who see little, hear the page, or use no mouse get of it.

use serde_json::{Value, json};

use super::Browser;

/// Roles of what a person can operate, and of what must say what it is.
const NAMED: [&str; 14] = [
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "listbox",
    "checkbox",
    "radio",
    "slider",
    "ColorWell",
    "application",
    "dialog",
    "group",
    "option",
];

/// Everything that Tab should reach now. Of a group of radio buttons, it reaches one.
const REACHABLE: &str = "[...document.querySelectorAll('a[href], button, input, select, textarea, \
    [tabindex=\"0\"]')].filter(it => it.checkVisibility({visibilityProperty: true}) && \
    !it.matches(':disabled') && it.tabIndex >= 0 && !(it.type === 'radio' && !it.checked))";

impl Browser {
    /// What the accessibility tree has no name for.
    pub(crate) fn nameless(&mut self) -> Vec<String> {
        self.call("Accessibility.enable", &json!({}));
        let tree = self.call("Accessibility.getFullAXTree", &json!({}));
        let nodes = tree["nodes"].as_array().unwrap();
        let named = nodes.iter().filter(|node| {
            let role = node["role"]["value"].as_str().unwrap_or_default();
            node["ignored"] == false && NAMED.contains(&role)
        });
        let named: Vec<&Value> = named.collect();
        assert!(named.len() > 1, "the tree has controls: {}", named.len());
        let is_nameless = |node: &&&Value| {
            node["name"]["value"]
                .as_str()
                .is_none_or(|name| name.trim().is_empty())
        };
        let nameless = named.iter().filter(is_nameless);
        nameless.map(ToString::to_string).collect()
    }

    /// The texts with too little contrast.
    pub(crate) fn low_contrast(&mut self) -> Vec<String> {
        let judged = self.eval(include_str!("contrast.js"));
        assert!(judged["count"].as_u64() > Some(10), "texts: {judged}");
        let found = judged["found"].as_array().unwrap().iter();
        found.map(|it| it.as_str().unwrap().into()).collect()
    }

    /// Goes through the page with Tab. Returns what it does not reach, and what does not show that it
    /// has the focus.
    pub(crate) fn unreached(&mut self) -> Vec<String> {
        let name = "(it => it.id || it.ariaLabel || it.textContent.trim().slice(0, 30))";
        self.eval(&format!(
            "globalThis.reached = new Set(); globalThis.unseen = new Set(); \
             document.activeElement.blur(); scrollTo(0, 0); globalThis.wanted = {REACHABLE}; 0"
        ));
        let count = self.eval("wanted.length").as_u64().unwrap();
        // Rows of a list that come into view can be reached too.
        for _ in 0..count + 20 {
            self.press("Tab");
            self.eval(&format!(
                "(() => {{ const it = document.activeElement; if (it === document.body) return; \
                 reached.add(it); const style = getComputedStyle(it); \
                 const isShown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; \
                 const box = it.getBoundingClientRect(); \
                 const isInView = box.bottom > 0 && box.top < innerHeight && box.right > 0; \
                 if (!isShown || !isInView) unseen.add(`no focus is seen: ${{{name}(it)}}`); }})()"
            ));
        }
        let left = self.eval(&format!(
            "[...unseen, ...wanted.filter(it => !reached.has(it)).map({name})]"
        ));
        let left = left.as_array().unwrap().iter();
        left.map(|it| it.as_str().unwrap().into()).collect()
    }

    /// The elements that would move or fade.
    pub(crate) fn moving(&mut self) -> Value {
        self.eval(
            "[...document.querySelectorAll('*')].filter(it => { const style = getComputedStyle(it); \
             return style.transitionDuration !== '0s' || style.animationName !== 'none' || \
             style.scrollBehavior !== 'auto'; }).map(it => it.id || it.tagName)",
        )
    }

    /// Lets the page be touched with two fingers.
    pub(crate) fn touch(&mut self) {
        let params = json!({"enabled": true, "maxTouchPoints": 2});
        self.call("Emulation.setTouchEmulationEnabled", &params);
    }
}

impl Browser {
    /// Controls that cover another one, or reach out of what holds them.
    pub(crate) fn overlapping(&mut self) -> Vec<String> {
        let found = self.eval(
            "(() => { const all = [...document.querySelectorAll('header, .filters')].flatMap(bar => \
             [...bar.querySelectorAll('input, select, button')].filter(it => it.checkVisibility()) \
             .map(it => ({name: it.id, box: it.getBoundingClientRect(), bar: bar.getBoundingClientRect()}))); \
             const found = []; all.forEach(({name, box, bar}, at) => { \
             if (box.left < bar.left - 1 || box.right > bar.right + 1) found.push(`${name} reaches out`); \
             for (const other of all.slice(at + 1)) { const {box: b} = other; \
             if (box.left < b.right && b.left < box.right && box.top < b.bottom && b.top < box.bottom) \
             found.push(`${name} covers ${other.name}`); } }); return found; })()",
        );
        let found = found.as_array().unwrap().iter();
        found.map(|it| it.as_str().unwrap().into()).collect()
    }
}
