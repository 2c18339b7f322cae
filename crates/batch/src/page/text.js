// Elements and the text in them. Text is always set as text, so that no name can become markup.

const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Text to show: characters that are invisible or turn the direction of writing are visible. */
export const shown = (text) => String(text ?? '').replace(HIDDEN, '\ufffd');

/** An element with classes and children; strings become text. */
export const element = (name, classes, ...children) => {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...children.filter((child) => child !== null));
  return made;
};

/** The last part of a path. */
export const fileName = (path) => shown(path).split(/[/\\]/).pop();

/** A number of bytes in words. */
export const bytes = (count) => (count >= 1e6
  ? `${(count / 1e6).toFixed(2)} MB`
  : `${(count / 1e3).toFixed(1)} kB`);
