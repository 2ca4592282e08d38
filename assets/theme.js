// One choice of dark or light for all screens. Part of the first page itself, see pages/_kit/server/first_page.py: Streamlit reads the
// choice as it starts. It keeps one for each path, so that /map stays light after /data was made dark. The screens lie side by side in one
// folder: whatever is kept for any of them is kept for the folder instead, and another app on the same server has its own.

(() => {
  const KEPT = /^stActiveTheme-(.*)(-v\d+)$/;
  const folder = new URL("./", location.href).pathname;

  function common(key) {
    // The folder's key for that of a screen; any other key as it is.
    const [, path, version] = KEPT.exec(key) ?? [];
    const ours = path !== undefined && path.startsWith(folder) && !path.slice(folder.length).includes("/");
    return ours ? `stActiveTheme-${folder}${version}` : key;
  }

  function adopt(storage) {
    // Choices kept for single screens by an earlier version: the one of this address becomes that of all, else any. "System" is what
    // Streamlit keeps where nothing was chosen.
    const kept = Object.keys(storage).filter((key) => common(key) !== key);
    kept.sort((one, other) => other.includes(`-${location.pathname}-`) - one.includes(`-${location.pathname}-`));
    for (const key of kept) {
      if ([null, '"System"'].includes(storage.getItem(common(key)))) storage.setItem(common(key), storage.getItem(key));
      storage.removeItem(key);
    }
  }

  try {
    adopt(localStorage);
  } catch {
    return; // a browser that keeps nothing for this address
  }
  for (const name of ["getItem", "setItem", "removeItem"]) {
    const plain = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...rest) {
      return plain.call(this, common(String(key)), ...rest);
    };
  }
})();
