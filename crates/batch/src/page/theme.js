// Light and dark: what the system prefers, until the person chooses.

const preferred = matchMedia('(prefers-color-scheme: dark)');

const isDark = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : preferred.matches;
};

/** Makes `button` switch between light and dark. */
export const theme = (button) => {
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    show();
  });
  preferred.addEventListener('change', show);
  show();
};
