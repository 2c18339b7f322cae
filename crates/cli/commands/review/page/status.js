// Says what happened, to people who see the page and to people who hear it.

const by = (id) => document.getElementById(id);
let timer = 0;

/** Says something that is not urgent, once nothing newer follows. */
export function say(text) {
  clearTimeout(timer);
  timer = setTimeout(() => { by('status').textContent = text; }, 400);
}

/** Shows what went otherwise than wanted; stays until the next one or `clear`. */
export function warn(text) {
  const alert = by('alert');
  alert.hidden = false;
  alert.textContent = text;
}

export function clear() {
  by('alert').hidden = true;
  by('alert').textContent = '';
}

/** Shows whether the server answers, and what waits for it. */
export function connection(state, waiting, pending = 0) {
  const words = {
    on: pending
      ? `Saved; ${pending} to be remade when the other run has ended`
      : 'Connected; everything is saved',
    saving: `Saving ${waiting} …`,
    lost: waiting
      ? `Connection lost: ${waiting} unsaved, kept here and sent again`
      : 'Connection lost: trying again; nothing is lost',
    refused: 'Not connected: open the address that the program printed',
  };
  const place = by('connection');
  place.dataset.state = state;
  // A text that is the same would be read out again.
  if (place.textContent !== words[state]) place.textContent = words[state];
}
