// Framings that are not saved yet, also if the page is loaded again in the same tab.

const KEY = 'drafts';
const all = new Map(JSON.parse(sessionStorage.getItem(KEY) ?? '[]'));

/** The draft of a picture: the hash of its source, and the framing. */
export const draftOf = (id) => all.get(id);

/** Keeps a draft; none if it is saved or given up. */
export function keepDraft(id, draft) {
  if (draft) all.set(id, draft);
  else all.delete(id);
  sessionStorage.setItem(KEY, JSON.stringify([...all]));
}
