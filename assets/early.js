// A click on a picture before large.js has come, which opens pictures: kept for it. Part of the first page itself, see
// pages/_kit/server/first_page.py.

addEventListener(
  "click",
  (event) => {
    const frame = event.target instanceof Element ? event.target.closest("[data-picture]") : null;
    if (frame && !document.documentElement.dataset.large) window.selfsightEarly = { dataset: frame.dataset.set, picture: frame.dataset.picture };
  },
  true,
);
