// What our components share: a component that outlives its updates, and a way to make elements. Imported by wall.js and hole.js.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function mounted(setup) {
  // The page calls a component again whenever its data change: the first call in a place sets it up, each call updates it.
  const instances = new WeakMap();
  return ({ data, parentElement, setStateValue }) => {
    let one = instances.get(parentElement);
    if (!one) instances.set(parentElement, (one = setup(parentElement)));
    one.update(data, setStateValue);
    return () => {
      if (one.root.isConnected) return; // a superseded call's clean-up also runs while the component lives
      one.close();
      instances.delete(parentElement);
    };
  };
}

export function listener() {
  // Listening that ends all at once.
  const ended = new AbortController();
  const listen = (element, kind, heard) => element.addEventListener(kind, heard, { signal: ended.signal });
  return { listen, end: () => ended.abort() };
}
