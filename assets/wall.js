// The wall of pictures to label, and the sentence on what is saved. Served by /api/asset, mounted by pages/_kit/components/wall.py.
// Labels don't go through Streamlit's widget state, which can lose them: each is an action with an id, POSTed to /api/label until
// the answer says that it is on disk. Actions without an answer are kept in sessionStorage and sent again after a reload.

import { listener, make, mounted, OPEN, own } from "./mount.js";

const ADDRESS = own("label");
const KEPT = "selfsight-labels"; // key in sessionStorage
const MOST = 200; // actions in a request, at most
const MOST_BYTES = 60000; // bytes of a request, at most: browsers still send this much while their page is closed
const WAITS = [300, 600, 1200, 2500, 4000]; // milliseconds before each further try
const QUIET = 250; // milliseconds without a click before the charts are updated
const LATEST = 1500; // milliseconds from the first click of a burst to that update, at most
const REFUSED = [400, 413, 415]; // statuses after which another try would fail too
const TAKE_AWAY = null; // the class of an action that removes a label

// What is known about each data set: the labels on disk, and the functions that draw them.

const sets = new Map();

function about(name) {
  if (!sets.has(name)) sets.set(name, { name, base: new Map(), seq: -1, count: 0, undo: "", note: "", refused: "", shows: new Set(), nudge: null });
  return sets.get(name);
}

function learn(S, told) {
  // The page's data may be older than the last answer: the higher number of the last action decides.
  if (told.seq < S.seq) return;
  S.seq = told.seq;
  S.count = told.count;
  S.undo = told.undo;
  for (const [id, name] of Object.entries(told.now)) name === null ? S.base.delete(id) : S.base.set(id, name);
}

function labels(S) {
  // The labels once all queued actions are on disk, except for undo actions: only the store knows what they restore.
  const shown = new Map(S.base);
  for (const action of outbox.queue)
    if (action.set === S.name && !action.undo) action.class === null ? shown.delete(action.id) : shown.set(action.id, action.class);
  return shown;
}

function redraw(S) {
  for (const show of S.shows) show();
}

// The queue of actions: tried again until answered, so stored at least once; each with an id, so stored at most once.

const outbox = { queue: recall(), busy: false, trouble: "", alone: false };

function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
    return Array.isArray(kept) ? kept.filter((action) => action && typeof action.set === "string") : [];
  } catch {
    return [];
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(outbox.queue));
  } catch {
    // storage is full or forbidden: queued actions are still sent when the page closes
  }
}

function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID exists on secure addresses only
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function act(set, what) {
  const S = about(set);
  S.note = S.refused = "";
  outbox.queue.push({ set, ...what, action: uuid() });
  keep();
  redraw(S);
  flush();
}

function batch() {
  const first = outbox.queue[0].set;
  let size = 2;
  const taken = [];
  for (const action of outbox.queue) {
    size += new Blob([JSON.stringify(action)]).size + 1;
    if (action.set !== first || taken.length === (outbox.alone ? 1 : MOST) || (taken.length && size > MOST_BYTES)) break;
    taken.push(action);
  }
  return taken;
}

async function post(actions) {
  try {
    const answer = await fetch(ADDRESS, {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(actions),
    });
    const text = await answer.text();
    if (!answer.ok && (answer.headers.get("content-type") || "").startsWith("text/plain")) return { status: answer.status, reason: text.trim() }; // the guard's
    return { status: answer.status, ...JSON.parse(text) };
  } catch {
    return { status: 0 }; // no answer, one that was cut off, or one that is not Selfsight's
  }
}

function done(actions) {
  const gone = new Set(actions.map((action) => action.action));
  outbox.queue = outbox.queue.filter((action) => !gone.has(action.action));
  if (!outbox.queue.length) outbox.alone = false;
  keep();
}

async function flush() {
  if (outbox.busy) return;
  outbox.busy = true;
  for (let failures = 0; outbox.queue.length; ) {
    const actions = batch();
    const S = about(actions[0].set);
    const answer = await post(actions);
    if (answer.status === 200) {
      failures = 0;
      outbox.trouble = "";
      done(actions);
      learn(S, answer);
      S.note = answer.undone ? `Taken back: ${answer.undone}. ` : "";
      nudge(S);
    } else if (REFUSED.includes(answer.status) && actions.length > 1) {
      outbox.alone = true; // one of the actions is refused: each is sent alone, so that the others are stored
    } else if (REFUSED.includes(answer.status)) {
      done(actions);
      S.refused = answer.reason || "The app refused the label.";
    } else {
      outbox.trouble = answer.reason || "";
      outbox.behind = true;
      redraw(S);
      await new Promise((go) => setTimeout(go, WAITS[Math.min(failures++, WAITS.length - 1)]));
      continue;
    }
    outbox.behind = false;
    redraw(S);
  }
  outbox.busy = false;
}

function nudge(S) {
  // One rerun for a burst of clicks: after QUIET without a click, or LATEST after the first.
  const now = performance.now();
  S.since = S.nudge ? S.since : now;
  clearTimeout(S.nudge);
  const tell = () => {
    S.nudge = null;
    for (const show of S.shows) show.nudge?.(S.seq);
  };
  S.nudge = setTimeout(tell, Math.max(0, Math.min(QUIET, S.since + LATEST - now)));
}

addEventListener("pagehide", () => {
  for (let rest = outbox.queue; rest.length; rest = rest.slice(MOST)) post(rest.slice(0, MOST));
});
addEventListener("beforeunload", (event) => {
  if (outbox.behind && outbox.queue.length) event.preventDefault(); // the last try failed: closing now would lose labels
});
addEventListener("pageshow", () => flush());
addEventListener("online", () => flush());
for (const set of new Set(outbox.queue.map((action) => action.set))) about(set);
flush();

// Changes of elements, only where something differs.

function put(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// The wall.

function digit(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return -1;
  const typed = /^[0-9]$/.exec(event.key) ? event.key : (/^(?:Digit|Numpad)([0-9])$/.exec(event.code) || [])[1];
  return typed === undefined ? -1 : (Number(typed) + 9) % 10; // 1 is the first class, 0 the tenth
}

function takesBack(event) {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
}

function typing(event) {
  const at = event.composedPath()[0];
  return Boolean(at.isContentEditable || at.closest?.("input, textarea, select"));
}

function queued(S) {
  return outbox.queue.some((action) => action.set === S.name);
}

function takeBack(S) {
  if (S && (S.undo || queued(S))) act(S.name, { undo: true });
}

function setupWall(host) {
  const root = make("section", { class: "wall" });
  const pills = make("div", { class: "pills", role: "group", "aria-label": "Names" });
  const grid = make("div", { class: "grid", role: "listbox", "aria-describedby": "how" });
  const how = make("p", { id: "how", class: "how" });
  const heard = make("p", { class: "heard", role: "status" });
  root.append(how, pills, grid, heard);
  host.append(root);
  const W = { root, data: null, S: null, brush: undefined, selected: null, focused: null, cells: new Map(), pills: [] };
  const { listen, end } = listener();

  const name = (id, given) => {
    if ((labels(W.S).get(id) ?? null) === given) return;
    const file = W.data.files[id]; // the file as shown here: another picture may have this id by the time the label is stored
    const mark = W.data.marks[id] ?? ""; // what the file keeps when it is renamed meanwhile
    act(W.S.name, file ? { id, class: given, file, mark } : { id, class: given });
    say(heard, `${W.data.captions[id] || id}: ${given ?? "no name"}`);
  };
  const point = (id) => {
    W.focused = id;
    if (W.brush !== undefined) name(id, W.brush);
    else W.selected = W.selected === id ? null : id;
    W.draw();
  };
  const choose = (given) => {
    if (W.selected !== null) {
      name(W.selected, given);
      W.selected = null;
    } else W.brush = W.brush === given ? undefined : given;
    W.draw();
  };
  const move = (by) => {
    const ids = W.data.ids;
    const to = ids[Math.max(0, Math.min(ids.length - 1, ids.indexOf(W.focused) + by))];
    W.focused = to;
    W.draw();
    W.cells.get(to).focus();
  };
  const large = (id) => {
    const { ids, captions, set: dataset } = W.data;
    const known = labels(W.S);
    const said = ids.map((each) => [captions[each], known.get(each) === undefined ? "" : `named ${known.get(each)}`].filter(Boolean).join(", "));
    root.dispatchEvent(new CustomEvent(OPEN, { bubbles: true, composed: true, detail: { dataset, ids, said, place: ids.indexOf(id) } }));
  };
  const across = () => getComputedStyle(grid).gridTemplateColumns.split(" ").length;
  const moves = { ArrowRight: () => 1, ArrowLeft: () => -1, ArrowDown: across, ArrowUp: () => -across(), Home: () => -1e6, End: () => 1e6 };

  const onPicture = (event) => {
    const id = event.target.closest?.("[data-id]")?.dataset.id;
    if (id === undefined) return false;
    const chosen = digit(event);
    if (chosen >= 0 && chosen < W.data.classes.length) name(id, W.data.classes[chosen].name);
    else if (event.key === "Delete" || event.key === "Backspace") name(id, TAKE_AWAY);
    else if (event.key === "Enter" || event.key === " ") point(id);
    else if (event.key === "+") large(id);
    else if (event.key in moves) move(moves[event.key]());
    else return false;
    if (chosen >= 0) W.selected = null;
    W.draw();
    return true;
  };
  listen(root, "keydown", (event) => {
    event.stopPropagation(); // otherwise the page's own keys act: r reruns, c clears caches
    if (takesBack(event)) takeBack(W.S);
    else if (event.key === "Escape") {
      W.brush = undefined;
      W.selected = null;
      W.draw();
    } else if (!onPicture(event)) return;
    event.preventDefault();
  });
  listen(document, "keydown", (event) => {
    // Ctrl+Z takes back from anywhere on the page; a field that one types in takes back its own letters.
    if (!takesBack(event) || event.defaultPrevented || typing(event) || !root.isConnected) return;
    takeBack(W.S);
    event.preventDefault();
  });
  listen(grid, "click", (event) => {
    const cell = event.target.closest("[data-id]");
    if (!cell) return;
    cell.focus();
    if (event.target.closest(".large")) large(cell.dataset.id);
    else point(cell.dataset.id);
  });
  listen(grid, "focusin", (event) => {
    W.focused = event.target.closest("[data-id]")?.dataset.id ?? W.focused;
    for (const [id, cell] of W.cells) cell.tabIndex = id === W.focused ? 0 : -1;
  });
  listen(pills, "click", (event) => {
    const place = W.pills.indexOf(event.target.closest("button"));
    if (place >= 0) choose(place < W.data.classes.length ? W.data.classes[place].name : TAKE_AWAY);
  });

  W.rebuild = () => {
    const { ids, captions, classes } = W.data;
    W.pills = classes.map(({ name: word, colour, shape }, place) =>
      make("button", { type: "button" }, make("kbd", {}, place < 10 ? String((place + 1) % 10) : ""), make("span", { class: "shape", style: `color:${colour}`, "aria-hidden": "true" }, shape), word),
    );
    W.pills.push(make("button", { type: "button", class: "none" }, make("kbd", {}, "Del"), "no name"));
    pills.replaceChildren(...W.pills);
    W.cells = new Map(ids.map((id) => [id, W.cells.get(id) || picture(id, captions[id] || id)]));
    grid.replaceChildren(...W.cells.values());
    grid.setAttribute("aria-label", `${ids.length} pictures to name`);
    if (!W.cells.has(W.focused)) W.focused = W.data.suggested || ids[0] || null;
    if (!W.cells.has(W.selected)) W.selected = null;
    say(how, "Click a picture, then its name, or press the name’s number. Arrows move, + or ⤢ shows it large, Ctrl+Z takes back.");
  };
  const picture = (id, caption) => {
    const address = `${own("thumb", W.data.set, `${id}.png`)}?size=${W.data.size}&mark=${encodeURIComponent(W.data.mark)}`;
    const image = make("img", { src: address, alt: caption, draggable: "false", decoding: "async" });
    listen(image, "error", () => !image.dataset.again && setTimeout(() => (image.src = `${address}&again=${(image.dataset.again = 1)}`), 1500));
    return make("div", { role: "option", "data-id": id, tabindex: "-1" }, image, make("span", { class: "large", "aria-hidden": "true", title: "Show it large" }, "⤢"), make("span", { class: "chip", "aria-hidden": "true" }));
  };
  W.draw = () => {
    const known = labels(W.S);
    for (const [id, cell] of W.cells) dress(cell, known.get(id), id);
    W.pills.forEach((pill, place) => {
      const mine = place < W.data.classes.length ? W.data.classes[place].name : TAKE_AWAY;
      put(pill, { "aria-pressed": W.brush === mine });
    });
    put(grid, { "data-brush": W.brush !== undefined });
  };
  const dress = (cell, given, id) => {
    const look = W.data.classes.find((each) => each.name === given);
    const hint = id === W.data.suggested ? ", would help most" : "";
    put(cell, {
      "aria-selected": W.selected === id,
      "aria-label": `${W.data.captions[id] || id}, ${given === undefined ? "no name yet" : `named ${given}`}${hint}`,
      "data-named": given !== undefined,
      "data-suggested": id === W.data.suggested,
      tabindex: W.focused === id ? 0 : -1,
    });
    const chip = cell.lastChild;
    if (chip.dataset.name === (given ?? "")) return;
    chip.dataset.name = given ?? "";
    chip.replaceChildren(...(given === undefined ? [] : [make("span", { class: "shape", style: look ? `color:${look.colour}` : null }, look ? look.shape : "○"), given]));
  };

  W.update = (data, setStateValue) => {
    const before = W.data;
    const S = about(data.set);
    if (W.S !== S || before?.mark !== data.mark) {
      W.S?.shows.delete(W.draw);
      S.shows.add(W.draw);
      W.cells.clear();
    }
    W.data = data;
    W.S = S;
    W.draw.nudge = (seq) => setStateValue("rev", seq);
    learn(S, { ...data, now: Object.fromEntries(data.ids.map((id) => [id, data.labels[id] ?? null])) });
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    if (!before || before.set !== data.set || before.mark !== data.mark || !same(before.ids, data.ids) || !same(before.classes, data.classes)) W.rebuild();
    if (!data.classes.some((each) => each.name === W.brush) && W.brush !== TAKE_AWAY) W.brush = undefined;
    if (data.suggested && data.suggested !== before?.suggested && W.cells.has(data.suggested)) W.focused = data.suggested;
    redraw(S);
  };
  W.close = () => {
    end();
    W.S?.shows.delete(W.draw);
  };
  return W;
}

// The sentence on what is saved, and Undo.

function setupSaved(host) {
  const root = make("div", { class: "saved" });
  const word = make("span", { role: "status", class: "word" });
  const button = make("button", { type: "button" });
  root.append(word, button);
  host.append(root);
  const V = { root, S: null };
  const { listen, end } = listener();
  const waiting = () => queued(V.S);
  listen(button, "click", () => takeBack(V.S));
  listen(root, "keydown", (event) => {
    event.stopPropagation();
    if (takesBack(event)) takeBack(V.S);
  });
  V.draw = () => {
    const [kind, text] = standing(V.S, waiting());
    put(word, { "data-kind": kind });
    say(word, text);
    const what = waiting() ? "the last name" : V.S.undo;
    say(button, "↶ Undo");
    put(button, { "aria-label": what ? `Undo ${what}` : "Undo, nothing to take back", title: what ? `Undo ${what}` : "Nothing to take back", "aria-disabled": !what });
  };
  V.update = (data) => {
    const S = about(data.set);
    if (V.S !== S) {
      V.S?.shows.delete(V.draw);
      S.shows.add(V.draw);
    }
    V.S = S;
    learn(S, { ...data, now: {} });
    V.draw();
  };
  V.close = () => {
    end();
    V.S?.shows.delete(V.draw);
  };
  return V;
}

function standing(S, waiting) {
  const count = `${S.count} ${S.count === 1 ? "label" : "labels"}`;
  if (waiting && outbox.behind) return ["behind", `Not saved yet, trying again. ${outbox.trouble}`.trim()];
  if (waiting) return ["saving", "Saving…"];
  if (S.refused) return ["refused", `Not saved: ${S.refused}`];
  if (!S.count && !S.note) return ["none", "No labels yet"];
  return ["saved", `✓ ${S.note}Saved, ${count}`];
}

export const wall = mounted(setupWall);
export const saved = mounted(setupSaved);
