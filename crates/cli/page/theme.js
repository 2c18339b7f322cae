"use strict";
// Light and dark: what the system prefers, until the person chooses.
globalThis.AvatarPrep = globalThis.AvatarPrep || {};
(() => {
  const isDark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };

  /** Makes `button` switch between light and dark. */
  const theme = (button) => {
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      document.documentElement.dataset.theme = isDark() ? "light" : "dark";
      show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
    show();
  };

  Object.assign(globalThis.AvatarPrep, { theme });
})();
