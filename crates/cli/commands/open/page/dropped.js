// Lists the files that were dropped or chosen, each with its path below the folder that was dropped.

/** Whether a name is left out, as in a run over a folder. */
const isHidden = (name) => name.startsWith('.');

/** The files of a drop. Entries must be taken before the event ends, so this reads them at once. */
export function ofDrop(transfer) {
  const items = Array.from(transfer.items ?? []).filter((item) => item.kind === 'file');
  return walkAll(items.map(entryOf).filter(Boolean));
}

/** What a dropped item can be read through: an entry, a file, or the promise of a handle. */
function entryOf(item) {
  const entry = item.webkitGetAsEntry?.();
  if (!entry) return item.getAsFile();
  // Chromium gives entries to a page that was opened from the disk, but refuses to read them.
  if (location.protocol !== 'file:' || !item.getAsFileSystemHandle) return entry;
  if (entry.isFile) return item.getAsFile();
  return item.getAsFileSystemHandle().catch((error) => ({ name: entry.name, error }));
}

async function* walkAll(entries) {
  for (const entry of entries) {
    if (entry instanceof File) yield { path: entry.name, file: entry };
    else if (entry instanceof Promise) yield* walkHandle(await entry, '');
    else yield* walk(entry, '');
  }
}

async function* walkHandle(handle, folder) {
  const path = folder + handle.name;
  if (isHidden(handle.name)) return;
  try {
    if (handle.error) throw handle.error;
    if (handle.kind === 'file') {
      yield { path, file: await handle.getFile() };
      return;
    }
    for await (const each of handle.values()) yield* walkHandle(each, `${path}/`);
  } catch (error) {
    yield { path, error };
  }
}

async function* walk(entry, folder) {
  const path = folder + entry.name;
  if (isHidden(entry.name)) return;
  try {
    if (entry.isFile) {
      yield { path, file: await new Promise((done, failed) => entry.file(done, failed)) };
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      // It lists a part of the folder at a time.
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (some.length === 0) return;
      for (const each of some) yield* walk(each, `${path}/`);
    }
  } catch (error) {
    yield { path, error };
  }
}

/** The files of an input. */
export async function* ofInput(input) {
  for (const file of Array.from(input.files)) {
    const path = file.webkitRelativePath || file.name;
    if (!path.split('/').some(isHidden)) yield { path, file };
  }
}
