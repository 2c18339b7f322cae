"use strict";
// The contact sheet: connects the list, the filters, the details and the keyboard.
(() => {
  const {
    counts, element, facts, fileName, filter, framing, list, numbers, offer, shown, status, theme,
    views, why,
  } = globalThis.AvatarPrep;
  const byId = (id) => document.getElementById(id);
  const { pictures, mask } = JSON.parse(byId("data").textContent);

  const button = (label, name, act) => {
    const made = element("button", "", label);
    made.type = "button";
    made.setAttribute("aria-label", `${label}: ${name}`);
    made.addEventListener("click", act);
    return made;
  };

  const copyPath = async (picture) => {
    try {
      await navigator.clipboard.writeText(picture.source);
    } catch {
      // Some browsers allow this only for pages of a server.
      const field = element("textarea", "visually-hidden");
      field.value = picture.source;
      const before = document.activeElement;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      before?.focus({ preventScroll: true });
    }
    byId("said").textContent = `Copied ${shown(picture.source)}`;
  };

  const open = (picture) => {
    const [word] = status(picture);
    const lines = [
      ["Source", picture.source], ["Result", picture.output],
      ["Status", [word, picture.code].filter(Boolean).join(" · ")],
      ["Message", picture.message], ["Hint", picture.hint],
      ["Format", picture.format],
      ["Size", picture.width && `${picture.width} × ${picture.height} px`],
      ["Numbers", numbers(picture)], ["Chroma", picture.subsampling],
      ["Background", picture.background], ["Padding", picture.framing?.padding],
      ["Flags", picture.flags.filter(Boolean).join(", ")], ["Notes", picture.notes.join("\n")],
    ].filter(([, value]) => value);
    const table = element("dl", "");
    for (const [name, value] of lines) {
      const text = String(value).split("\n").map(shown).join("\n");
      table.append(element("dt", "", name), element("dd", "", text));
    }
    const shownViews = element("div", "views", ...views(picture, mask));
    byId("details-title").textContent = fileName(picture.source);
    byId("details-body").replaceChildren(shownViews, table);
    byId("details").showModal();
  };

  const row = (picture) => {
    const name = fileName(picture.source);
    const actions = [
      button("Details", name, () => open(picture)),
      button("Copy path", name, () => copyPath(picture)),
    ];
    const made = element("div", "picture", ...views(picture, mask), facts(picture, actions));
    made.classList.toggle("failed", picture.status === "failed");
    made.setAttribute("aria-label", [name, status(picture)[0], why(picture)].join(", "));
    return made;
  };

  const rows = list(byId("list"), row);
  const fields = ["search", "status", "flag", "framing", "sort"];
  const update = () => {
    const wanted = Object.fromEntries(fields.map((id) => [id, byId(id).value]));
    const found = filter(pictures, wanted);
    rows.setItems(found);
    byId("count").textContent = `${found.length} of ${pictures.length} pictures`;
    byId("empty").hidden = found.length > 0;
  };

  offer(byId("status"), counts(pictures, (picture) => [status(picture)[0]]));
  offer(byId("flag"), counts(pictures, (picture) => new Set(picture.flags)));
  offer(byId("framing"), counts(pictures, (picture) => [framing(picture)]));
  for (const id of fields) byId(id).addEventListener("input", update);
  byId("summary").textContent = counts(pictures, (picture) => [status(picture)[0]])
    .map(([word, count]) => `${count} ${word}`).join(", ");
  theme(byId("theme"));

  const keys = {
    ArrowDown: () => rows.go(rows.index() + 1), j: () => rows.go(rows.index() + 1),
    ArrowUp: () => rows.go(rows.index() - 1), k: () => rows.go(rows.index() - 1),
    Home: () => rows.go(0), End: () => rows.go(rows.length() - 1),
    c: () => rows.current() && copyPath(rows.current()),
    t: () => byId("theme").click(),
    "/": () => byId("search").focus(),
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("details").open) return;
    if (event.target.closest("input, select, textarea")) {
      if (event.key === "Escape") {
        byId("search").value = "";
        update();
        rows.go(rows.index());
      }
      return;
    }
    if (event.key === "Enter" && event.target.classList.contains("picture")) {
      open(rows.current());
    } else if (keys[event.key]) {
      keys[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  });
  update();
  document.documentElement.dataset.ready = "true";
})();
