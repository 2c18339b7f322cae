// Every text of the page whose contrast with what is behind it is too low, as WCAG 2 computes it.
(() => {
  const parse = (text) => {
    const match = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
    if (!match) throw new Error(`a colour is ${text}`);
    const [, red, green, blue, alpha = 1] = match.map(Number);
    return [red, green, blue, Number.isNaN(alpha) ? 1 : alpha];
  };
  const over = (front, back) => [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3]));
  const linear = (value) => (value <= 10.31475 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) =>
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  /** What is behind an element: its background over those of what contains it. */
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (Number(style.opacity) !== 1) throw new Error(`${at.tagName} is transparent`);
      const color = parse(style.backgroundColor);
      if (color[3] > 0) layers.push(color);
      if (color[3] === 1) break;
    }
    if (layers.at(-1)?.[3] !== 1) throw new Error(`nothing is behind ${element.tagName}`);
    return layers.reverse().reduce((back, front) => over(front, back), [0, 0, 0]);
  };
  const found = [];
  let count = 0;
  const judge = (element, text, style) => {
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    const back = ground(element);
    const contrast = ratio(over(parse(style.color), back), back);
    count += 1;
    if (contrast < (isLarge ? 3 : 4.5)) {
      found.push(`${text.trim().slice(0, 40)}: ${contrast.toFixed(2)}, ${style.color} on ${back.map(Math.round)}`);
    }
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    const isText = node.data.trim() && element.checkVisibility({ visibilityProperty: true });
    if (isText && !element.closest('script, style, option')) {
      judge(element, node.data, getComputedStyle(element));
    }
  }
  for (const field of document.querySelectorAll('input, select')) {
    if (!field.checkVisibility()) continue;
    judge(field, field.value || field.id, getComputedStyle(field));
    if (field.placeholder) judge(field, field.placeholder, getComputedStyle(field, '::placeholder'));
  }
  return { found, count };
})()
