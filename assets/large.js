// Pictures that open large: a click or Enter on one tells the page which picture it is and which others are on its wall.
//
// Galleries are our own HTML, whose frames say data-set and data-picture, and data-said where an alt text says more than a caption. Other components send the event OPEN, whose detail is the same
// question: {dataset, ids, said, place}. said: what stands on each picture, in words.

import { listener, make, mounted, OPEN } from "./mount.js";

function asked(frame) {
  const { set: dataset, picture, wall } = frame.dataset;
  if (wall) {
    const ids = wall.split(" ");
    return { dataset, ids, said: ids.map((id) => (id === picture ? words(frame) : "")), place: Math.max(0, ids.indexOf(picture)) };
  }
  const beside = [...(frame.closest(".gallery") ?? frame.parentElement).querySelectorAll("[data-picture]")].filter((each) => each.dataset.set === dataset);
  const first = new Map([[picture, frame]]); // of several views of one picture the one that was clicked, else the first
  for (const each of beside) if (!first.has(each.dataset.picture)) first.set(each.dataset.picture, each);
  const ids = [...new Set(beside.map((each) => each.dataset.picture))];
  return { dataset, ids, said: ids.map((id) => words(first.get(id))), place: ids.indexOf(picture) };
}

function words(frame) {
  return frame.dataset.said ?? frame.querySelector("img")?.alt ?? "";
}

function early() {
  // The picture that was clicked before this script had come, see early.js; null for none, or where it is no longer on the page.
  const { dataset, picture } = window.selfsightEarly ?? {};
  window.selfsightEarly = null;
  return picture ? document.querySelector(`[data-set="${CSS.escape(dataset)}"][data-picture="${CSS.escape(picture)}"]`) : null;
}

function setup(host) {
  const root = make("span", { hidden: "" });
  host.append(root);
  const { listen, end } = listener();
  const L = { root, tell: null, close: end };
  const pressed = (event) => {
    const frame = event.composedPath().find((each) => each instanceof Element && each.hasAttribute("data-picture"));
    if (!frame || !L.tell) return;
    event.preventDefault();
    L.tell(asked(frame));
  };
  listen(document, "click", pressed);
  listen(document, "keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target instanceof Element && event.target.hasAttribute("data-picture")) pressed(event);
  });
  listen(document, OPEN, (event) => L.tell?.(event.detail));
  document.documentElement.dataset.large = "ready"; // tests wait for it: no earlier click is heard
  L.update = (data, setStateValue, setTriggerValue) => {
    L.tell = (question) => setTriggerValue("picture", question);
    const frame = early();
    if (frame) setTimeout(() => L.tell(asked(frame)));
  };
  return L;
}

export const large = mounted(setup);
