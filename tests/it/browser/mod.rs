//! Drives a real Chromium over its DevTools protocol. Tests that use it carry
//! `cfg_attr(not(chromium), ignore = "needs chromium")`.
//!
//! The protocol runs over a pair of pipes (`--remote-debugging-pipe`), so no port is opened. A
//! shell connects them to the descriptors 3 and 4 that Chromium expects.

mod accessibility;
mod input;
mod wire;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};
use tempfile::TempDir;

use wire::Wire;

/// Longest time until the page is as a test expects.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser with one page.
pub(crate) struct Browser {
    wire: Wire,
    session: String,
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium with an empty profile and an empty page.
    pub(crate) fn open() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut wire = Wire::open(profile.path());
        let target = wire.call(None, "Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = wire.call(None, "Target.attachToTarget", &attach);
        let mut browser = Self {
            wire,
            session: attached["sessionId"].as_str().unwrap().into(),
            _profile: profile,
        };
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser.size(1280, 900);
        browser
    }

    /// Calls a method of the protocol on the page.
    pub(crate) fn call(&mut self, method: &str, params: &Value) -> Value {
        self.wire.call(Some(&self.session), method, params)
    }

    /// Opens an address and waits until it is loaded.
    pub(crate) fn visit(&mut self, address: &str) {
        let answer = self.call("Page.navigate", &json!({"url": address}));
        assert!(answer.get("errorText").is_none(), "{address}: {answer}");
        self.wait_for("document.readyState === 'complete'");
    }

    /// Opens a file.
    pub(crate) fn visit_file(&mut self, path: &Path) {
        let path = fs::canonicalize(path).unwrap();
        self.visit(&format!("file://{}", path.display()));
    }

    /// The value of an expression, which may be a promise.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true,
            "userGesture": true,
        });
        let answer = self.call("Runtime.evaluate", &params);
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{expression}: {answer:#}"
        );
        answer["result"]["value"].clone()
    }

    /// The value of an expression as text.
    pub(crate) fn text(&mut self, expression: &str) -> String {
        let value = self.eval(expression);
        let text = value.as_str().map(str::to_string);
        text.unwrap_or_else(|| panic!("{expression} is {value}"))
    }

    /// Waits until an expression is true.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, expression: &str) {
        let start = Instant::now();
        while self.eval(&format!("Boolean({expression})")) != true {
            assert!(start.elapsed() < PATIENCE, "never true: {expression}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sets the size of the page in CSS pixels; narrow pages count as a phone.
    pub(crate) fn size(&mut self, width: u32, height: u32) {
        let params = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.call("Emulation.setDeviceMetricsOverride", &params);
    }

    /// Sets a media feature, such as `prefers-color-scheme` to `dark`.
    pub(crate) fn prefer(&mut self, feature: &str, value: &str) {
        let features = json!({"features": [{"name": feature, "value": value}]});
        self.call("Emulation.setEmulatedMedia", &features);
    }

    /// Writes a PNG of what the page shows.
    pub(crate) fn screenshot(&mut self, path: &Path) {
        let shot = self.call("Page.captureScreenshot", &json!({"format": "png"}));
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(shot["data"].as_str().unwrap())
            .unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Errors and warnings of the console, failed requests, refusals of the page's policy and
    /// exceptions so far.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // An answer to this comes after all events before it.
        self.eval("0");
        let events = self.wire.events.iter();
        let complaint = |event: &Value| {
            let params = &event["params"];
            let is_bad = match event["method"].as_str()? {
                "Runtime.exceptionThrown" | "Network.loadingFailed" => true,
                "Runtime.consoleAPICalled" => {
                    params["type"] == "error" || params["type"] == "warning"
                }
                "Log.entryAdded" => {
                    params["entry"]["level"] == "error" || params["entry"]["level"] == "warning"
                }
                _ => false,
            };
            is_bad.then(|| params.to_string())
        };
        events.filter_map(complaint).collect()
    }

    /// The addresses of all requests so far, without `data:` ones.
    pub(crate) fn requests(&mut self) -> Vec<String> {
        self.eval("0");
        let events = self.wire.events.iter();
        let sent = events.filter(|event| event["method"] == "Network.requestWillBeSent");
        let addresses = sent.filter_map(|event| event["params"]["request"]["url"].as_str());
        let real = addresses.filter(|address| !address.starts_with("data:"));
        real.map(str::to_string).collect()
    }
}
