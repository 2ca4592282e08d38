// One entry in the browser's history for each thing that a person does. Part of the first page itself, see pages/_kit/server/first_page.py.
//
// Streamlit adds an entry at every change of the address: when a screen opens, and again when the screen writes what was chosen. Back would
// then lead to the same screen with a shorter address, which the screen completes at once: a press on Back that does nothing.

(() => {
  let entered = true; // whether what the person did last has its entry: the page's own, one of Back and Forward, or one that was added
  const add = history.pushState.bind(history);
  history.pushState = (...entry) => {
    if (entered) return history.replaceState(...entry);
    entered = true;
    return add(...entry);
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (entered = false), true);
  addEventListener("popstate", () => (entered = true), true);
})();
