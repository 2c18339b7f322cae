//! Keys, mouse and touch, as the system would deliver them.

use serde_json::{Value, json};

use super::Browser;

impl Browser {
    /// Presses a key: a character, or a name such as `ArrowDown`, `Enter` or `Tab`.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, Some("\r")),
            "Tab" => (9, None),
            "Escape" => (27, None),
            "Home" => (36, None),
            "End" => (35, None),
            "ArrowLeft" => (37, None),
            "ArrowUp" => (38, None),
            "ArrowRight" => (39, None),
            "ArrowDown" => (40, None),
            key => {
                let first = key.chars().next().unwrap().to_ascii_uppercase();
                (u32::from(first), Some(key))
            }
        };
        let mut down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code});
        if let Some(text) = text {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", &down);
        let up = json!({"type": "keyUp", "key": key, "windowsVirtualKeyCode": code});
        self.call("Input.dispatchKeyEvent", &up);
    }

    /// Types text into what has the focus.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", &json!({"text": text}));
    }

    /// The middle of the first element that matches a selector, in the view.
    pub(crate) fn middle(&mut self, selector: &str) -> (f64, f64) {
        let selector = json!(selector);
        let rect = self.eval(&format!(
            "(() => {{ const it = document.querySelector({selector}); \
             it.scrollIntoView({{block: 'nearest'}}); const box = it.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        let at = |index: usize| rect[index].as_f64().unwrap();
        (at(0), at(1))
    }

    /// Clicks the middle of the first element that matches a selector.
    pub(crate) fn click(&mut self, selector: &str) {
        let at = self.middle(selector);
        self.mouse("mousePressed", at, 1);
        self.mouse("mouseReleased", at, 0);
    }

    /// Presses the mouse at a point of the view, moves it in steps, and releases it.
    pub(crate) fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        const STEPS: u32 = 5;
        self.mouse("mousePressed", from, 1);
        for step in 1..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            let between = |a: f64, b: f64| a + (b - a) * part;
            self.mouse(
                "mouseMoved",
                (between(from.0, to.0), between(from.1, to.1)),
                1,
            );
        }
        self.mouse("mouseReleased", to, 0);
    }

    /// Turns the wheel over a point of the view; positive is down.
    pub(crate) fn wheel(&mut self, (x, y): (f64, f64), down: f64) {
        let params = json!({"type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": down});
        self.call("Input.dispatchMouseEvent", &params);
    }

    /// Presses Tab until the element with the focus matches a selector.
    pub(crate) fn tab_to(&mut self, selector: &str) {
        let wanted = json!(selector);
        for _ in 0..60 {
            if self.eval(&format!("document.activeElement.matches({wanted})")) == true {
                return;
            }
            self.press("Tab");
        }
        panic!("Tab does not reach {selector}");
    }

    /// Moves fingers on the page: each from its first point to its second, all at once, in steps.
    pub(crate) fn fingers(&mut self, all: &[[(f64, f64); 2]]) {
        const STEPS: u32 = 8;
        for step in 0..=STEPS {
            let part = f64::from(step) / f64::from(STEPS);
            let between = |a: f64, b: f64| a + (b - a) * part;
            let points = all.iter().enumerate().map(|(id, [from, to])| {
                json!({"id": id, "x": between(from.0, to.0), "y": between(from.1, to.1)})
            });
            let points: Vec<Value> = points.collect();
            let kind = if step == 0 { "touchStart" } else { "touchMove" };
            let params = json!({"type": kind, "touchPoints": points});
            self.call("Input.dispatchTouchEvent", &params);
        }
        let params = json!({"type": "touchEnd", "touchPoints": []});
        self.call("Input.dispatchTouchEvent", &params);
    }

    fn mouse(&mut self, kind: &str, (x, y): (f64, f64), buttons: u32) {
        let params: Value = json!({
            "type": kind, "x": x, "y": y, "button": "left", "buttons": buttons, "clickCount": 1,
        });
        self.call("Input.dispatchMouseEvent", &params);
    }
}
