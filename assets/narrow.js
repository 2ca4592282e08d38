// On a narrow page the sidebar is closed behind its button. Opened, it lies over the screen until a screen is chosen in it, or until
// Escape or a click beside it. Streamlit closes it by itself only below 768 pixels, and only at the first visit.

import { listener, make, mounted } from "./mount.js";

const NARROW = matchMedia("(max-width: 900px)"); // as in style.css
const FLOATING = "[role=dialog], [role=listbox], [data-baseweb=popover]"; // what a field of the sidebar opens lies outside of it

function closed() {
  return document.querySelector("[data-testid=stSidebar]")?.dataset.collapsed === "true";
}

function turn(close) {
  if (closed() === close) return;
  document.querySelector(close ? "[data-testid=stSidebarCollapseButton] button" : "[data-testid=stExpandSidebarButton]")?.click();
}

function setup(host) {
  const root = make("span", { hidden: "" });
  host.append(root);
  const { listen, end } = listener();
  let asked = false; // whether a person opened it; Streamlit opens it too, where a window grows beyond 768 pixels
  const shut = () => {
    asked = false;
    turn(true);
  };
  const fit = () => {
    if (NARROW.matches && !asked) turn(true);
    document.documentElement.dataset.sidebar = "ready"; // until then a narrow page hides it
  };
  listen(NARROW, "change", () => (NARROW.matches ? shut() : turn(false)));
  listen(document, "click", ({ target }) => {
    if (!NARROW.matches || !(target instanceof Element) || target.closest(FLOATING)) return;
    if (target.closest("[data-testid=stExpandSidebarButton]")) asked = true;
    else if (target.closest("[data-testid=stSidebarNavLink], [data-testid=stMain]")) shut();
  }, true);
  listen(document, "keydown", ({ key, target }) => {
    if (NARROW.matches && key === "Escape" && !(target instanceof Element && target.closest(FLOATING))) shut();
  });
  const watch = new MutationObserver(fit);
  watch.observe(document.querySelector("[data-testid=stSidebar]"), { attributeFilter: ["data-collapsed"] });
  fit();
  const close = () => {
    watch.disconnect();
    end();
  };
  return { root, close, update: () => {} };
}

export const narrow = mounted(setup);
