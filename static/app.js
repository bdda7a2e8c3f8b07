/* What script adds to pages that work without it: keys, the selection bar, the typed count, the countdown, and
   quiet refreshing. No inline code, no eval, nothing is stored but "keys off" in this browser. */
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const grouped = (n) => n.toLocaleString("en-US");

  /* ---- Requests by htmx: our token, and a 304 for what has not changed ---- */
  const tags = new Map();
  const token = find('meta[name="csrf-token"]')?.content;
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (token) detail.headers["X-CSRFToken"] = token;
    const tag = detail.verb === "get" && tags.get(detail.path);
    if (tag) detail.headers["If-None-Match"] = tag;
  });
  // A list in which something is ticked does not change under the hand.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.querySelector?.("[data-pick]:checked")) event.preventDefault();
  });
  const staleSay = find("#not-fresh");
  const stale = (yes) => { if (staleSay) staleSay.textContent = yes ? staleSay.dataset.say : ""; };
  document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
    const tag = detail.xhr.getResponseHeader("ETag");
    if (tag && detail.requestConfig.verb === "get") tags.set(detail.requestConfig.path, tag);
    stale(detail.xhr.status >= 500);
  });
  document.addEventListener("htmx:sendError", () => stale(true));
  document.addEventListener("htmx:timeout", () => stale(true));

  /* ---- A second click on a button that writes changes nothing; not even by being sent ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter?.formTarget) return; // into a frame: the page stays
    const again = form.dataset.repeat ?? event.submitter?.dataset.repeat;
    if (form.method !== "post" || again !== undefined || event.defaultPrevented) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  addEventListener("pageshow", () => {
    all("form[data-sent]").forEach((form) => delete form.dataset.sent);
    all('[aria-busy="true"]').forEach((button) => button.removeAttribute("aria-busy"));
    all("[data-selection]").forEach(sayPicks);
  });

  /* ---- Selection: what is ticked, what is meant, how many the button will touch ---- */
  const picks = (form) => all("[data-pick]", form);
  function sayPicks(form) {
    const bar = find("[data-selbar]", form);
    if (!bar) return;
    const boxes = picks(form);
    const ticked = boxes.filter((box) => box.checked).length;
    const whole = find("[data-all-matching]", bar);
    const meant = whole?.checked ? Number(whole.dataset.allMatching) : ticked;
    const head = find("[data-pick-all]", form);
    if (head) {
      head.checked = boxes.length > 0 && ticked === boxes.length;
      head.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    bar.hidden = meant === 0;
    const say = find("[data-selected]", bar);
    const words = whole?.checked ? say.dataset.all : meant === 1 ? say.dataset.one : say.dataset.many;
    say.textContent = words.replace("{n}", grouped(meant));
    all("[data-counted]", bar).forEach((label) => {
      label.textContent = label.dataset.counted.replace("{n}", grouped(meant));
    });
  }
  document.addEventListener("change", ({ target }) => {
    const form = target.closest?.("[data-selection]");
    if (!form) return;
    if (target.matches("[data-pick-all]")) picks(form).forEach((box) => { box.checked = target.checked; });
    if (target.matches("[data-pick]") && !target.checked) {
      const whole = find("[data-all-matching]", form);
      if (whole) whole.checked = false;
    }
    sayPicks(form);
  });

  /* ---- The mail as it is being written, in its frame: a new one each time, so that "back" stays what it was ---- */
  function showMail(box) {
    const frame = find("iframe", box);
    const go = find("[data-mail-go]", box);
    if (!frame || !go?.form || !box.getClientRects().length) return;
    frame.replaceWith(frame.cloneNode());
    go.form.requestSubmit(go);
  }
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-view]")) all("[data-mail]", target.closest(".previews")).forEach(showMail);
  });
  document.addEventListener("htmx:afterSettle", ({ target }) => all("[data-mail]", target).forEach(showMail));
  // What a person unfolded stays so, and what shows by itself is left alone, when a part comes anew.
  if (window.Idiomorph) {
    Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.matches("details"));
    Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => node.dataset?.keep === undefined;
  }

  /* ---- The typed count: the button waits until the number is right; the server asks again ---- */
  function checkCount(field) {
    const go = document.getElementById(field.dataset.enables);
    const say = document.getElementById(field.getAttribute("aria-describedby"));
    const typed = field.value.replace(/[\s.,]/g, "");
    const right = typed === field.dataset.typedCount;
    if (go) go.disabled = !right;
    if (say) {
      say.textContent = right ? say.dataset.matches : say.dataset.differs;
      say.classList.toggle("done", right);
    }
  }
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-typed-count]")) checkCount(target);
  });

  /* ---- Countdown: from the seconds the server gave, so a wrong clock here shows nothing wrong ---- */
  const started = new WeakMap();
  const clock = (left) => {
    const two = (n) => String(n).padStart(2, "0");
    if (left < 3600) return `${Math.floor(left / 60)}:${two(left % 60)}`;
    return `${Math.floor(left / 3600)} h ${two(Math.floor((left % 3600) / 60))} min`;
  };
  function tick() {
    all("[data-countdown]").forEach((time) => {
      const given = time.dataset.countdown;
      let known = started.get(time);
      if (known?.given !== given) started.set(time, (known = { given, at: performance.now() }));
      const left = Math.max(0, Number(given) - Math.floor((performance.now() - known.at) / 1000));
      time.textContent = clock(left);
      // An undo that cannot be kept is not offered.
      if (left === 0) all("[data-until-gone]", time.closest("[data-until]") ?? time).forEach((b) => { b.disabled = true; });
    });
  }
  if (find("[data-countdown], [hx-get]")) setInterval(tick, 1000);

  /* ---- Menus and dialogs ---- */
  document.addEventListener("click", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const opener = event.target.closest?.("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) { event.preventDefault(); opener.closest("details[data-menu]")?.removeAttribute("open"); dialog.showModal(); }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && find("details[data-menu][open]");
    if (menu) { menu.open = false; find("summary", menu).focus(); }
  });

  /* ---- Copy what stands in a field; the field is selected too, where the browser gives no clipboard ---- */
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.("[data-copy]");
    const from = button && document.getElementById(button.dataset.copy);
    if (!from) return;
    from.select();
    try { await navigator.clipboard.writeText(from.value); } catch { if (!document.execCommand("copy")) return; }
    const say = document.getElementById(`${from.id}-copied`);
    if (say) say.textContent = button.dataset.done;
  });

  /* ---- Keys: dead in fields, dead under a dialog, and off when switched off ---- */
  const OFF = "keys-off";
  const stored = () => { try { return localStorage.getItem(OFF); } catch { return null; } };
  const keysOff = () => stored() === "yes";
  all("[data-keys-switch]").forEach((box) => {
    box.checked = !keysOff();
    box.addEventListener("change", () => {
      try { if (box.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "yes"); } catch { /* private window: on */ }
    });
  });
  const writing = (target) =>
    target.isContentEditable || target.matches?.("textarea, select") ||
    (target.matches?.("input") && !["checkbox", "radio", "button", "submit", "reset", "file"].includes(target.type));
  let goUntil = 0;
  const live = (act, single = true) => (event) => {
    if (event.isComposing || writing(event.target) || find("dialog[open]") || keysOff()) return;
    if (single && event.timeStamp < goUntil) return;
    if (act(event) !== false) event.preventDefault();
  };

  const rows = () => all("[data-row]").filter((row) => row.getClientRects().length);
  const here = () => document.activeElement?.closest?.("[data-row]") ?? null;
  const enter = (row) => {
    const goal = row && (find("[data-open]", row) ?? find("a, button, input", row));
    goal?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  };
  const step = (by) => {
    const list = rows();
    if (!list.length) return press(by > 0 ? "j" : "k");
    const at = list.indexOf(here());
    enter(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))]);
  };
  let anchor = null;
  const toggle = (row, to) => {
    const box = row && find("[data-pick]", row);
    if (!box || box.checked === to) return;
    box.checked = to;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const select = () => {
    const row = here();
    const box = row && find("[data-pick]", row);
    if (!box) return press("x");
    toggle(row, !box.checked);
    anchor = row;
  };
  const range = (row, wanted) => {
    const list = rows();
    const to = list.indexOf(row);
    const from = list.indexOf(anchor) < 0 ? to : list.indexOf(anchor);
    if (to < 0) return false;
    list.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((one) => toggle(one, wanted));
  };
  const selectTo = () => range(here(), true);
  // With Shift, a click on a box does the same to every row since the last one.
  document.addEventListener("click", ({ target, shiftKey }) => {
    const row = target.matches?.("[data-pick]") && target.closest("[data-row]");
    if (!row) return;
    if (shiftKey && anchor) range(row, target.checked);
    anchor = row;
  });
  function press(key) {
    const row = here();
    const wanted = `[data-key="${key}"]`;
    const usable = (button) => button.getClientRects().length && !button.disabled;
    const goal = (row && all(wanted, row).find(usable)) ?? all(wanted).find((b) => !b.closest("[data-row]") && usable(b));
    if (!goal) return false;
    goal.click();
  }
  const go = (key) => () => {
    const link = find(`[data-go="${key}"]`);
    if (!link) return false;
    location.assign(link.href);
  };

  const keys = {
    g: live((event) => { goUntil = event.timeStamp + 1000; return false; }),
    j: live(() => step(1)),
    k: live(() => step(-1)),
    x: live(select),
    "Shift+x": live(selectTo),
    "/": live(() => { const field = find("#find"); if (!field?.getClientRects().length) return false; field.focus(); field.select(); }),
    "?": live(() => { find("#keys")?.showModal(); }),
  };
  keys["Shift+/"] = keys["/"];
  keys["Shift+?"] = keys["?"];
  for (const key of "wcvduzobefnp123") keys[key] = live(() => press(key));
  for (const key of "wjoatis") keys[`g ${key}`] = live(go(key), false);
  if (window.tinykeys) window.tinykeys.tinykeys(window, keys);

  /* ---- At the start, and after a part of the page came anew ---- */
  function ready() {
    all("[data-selection]").forEach(sayPicks);
    all("[data-typed-count]").forEach(checkCount);
    // Display that changes on narrow screens takes the roles of a table away in some browsers.
    all("table.stacks").forEach((table) => {
      table.setAttribute("role", "table");
      all("thead, tbody, tfoot", table).forEach((part) => part.setAttribute("role", "rowgroup"));
      all("tr", table).forEach((row) => row.setAttribute("role", "row"));
      all("thead th", table).forEach((cell) => cell.setAttribute("role", "columnheader"));
      all("tbody th", table).forEach((cell) => cell.setAttribute("role", "rowheader"));
      all("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
    });
  }
  ready();
  all("[data-mail]").forEach(showMail);
  document.addEventListener("htmx:afterSettle", ready);
  find("[data-focus]")?.focus();
})();
