// What our components share: life cycle, elements, events, one question at a time. Imported by the others.

export const OPEN = "selfsight-large"; // an event that bubbles: a picture is to be shown large, see large.js

export function own(...route) {
  // The address of one of our routes below /api, whatever prefix the page has: this script lies at api/asset/mount.js. In Python: links.own.
  return new URL(`../${route.map(encodeURIComponent).join("/")}`, import.meta.url).href;
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function mounted(setup) {
  // Streamlit calls a component again whenever its data change: the first call for an element sets it up, each call updates it.
  const instances = new WeakMap();
  return ({ data, parentElement, setStateValue, setTriggerValue }) => {
    let one = instances.get(parentElement);
    if (!one) instances.set(parentElement, (one = setup(parentElement)));
    one.update(data, setStateValue, setTriggerValue);
    return () => {
      if (one.root.isConnected) return; // Streamlit also runs the clean-up of an earlier call while the component is still on the page
      one.close();
      instances.delete(parentElement);
    };
  };
}

export function listener() {
  // Event listeners that `end` removes all at once. early: heard before the page's own listeners hear it.
  const ended = new AbortController();
  const listen = (element, kind, heard, early = false) => element.addEventListener(kind, heard, { signal: ended.signal, capture: early });
  return { listen, end: () => ended.abort() };
}

const PATIENCE = 1500; // milliseconds after which an answer is no longer waited for

export function asking(say) {
  // One question at a time, for PATIENCE at most: of the questions asked meanwhile only the newest is sent, after the answer.
  let [number, waiting] = [0, null];
  let next = null;
  const ask = (question) => {
    next = question;
    if (waiting !== null) return;
    number += 1;
    next = null;
    waiting = setTimeout(answered, PATIENCE);
    say({ ...question, asked: number });
  };
  const answered = () => {
    clearTimeout(waiting);
    waiting = null;
    if (next) ask(next);
  };
  const heard = (latest) => {
    // latest: the number of the question that the page has answered. Numbers continue after a page switch.
    if (waiting === null) number = Math.max(number, latest);
    else if (latest >= number) answered();
  };
  return { ask, heard, end: () => clearTimeout(waiting) };
}
