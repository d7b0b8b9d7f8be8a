// A diagram is wider than the page: it begins whole and becomes readable at a press, where the case stands now.
// On a phone it is folded; without the script it stays open.

const NARROW = '(max-width: 43.99em)';

function bringIntoView(region) {
  const active = region.querySelector('[data-state=active]');
  if (!active) return;
  const at = active.getBoundingClientRect();
  const box = region.getBoundingClientRect();
  region.scrollLeft += at.left + at.width / 2 - (box.left + box.width / 2);
  region.scrollTop += at.top + at.height / 2 - (box.top + box.height / 2);
}

// The drawing by itself: begins where the case stands, is dragged by the mouse; + and - follow the links of the page.
function movesAbout(root, region) {
  bringIntoView(region);
  let held = null;
  region.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    held = { x: event.clientX + region.scrollLeft, y: event.clientY + region.scrollTop };
    region.classList.add('is-held');
  });
  root.addEventListener('pointermove', (event) => {
    if (!held) return;
    region.scrollLeft = held.x - event.clientX;
    region.scrollTop = held.y - event.clientY;
  });
  root.addEventListener('pointerup', () => {
    held = null;
    region.classList.remove('is-held');
  });
  region.addEventListener('keydown', (event) => {
    const sign = { '+': '+', '=': '+', '-': '-' }[event.key];
    const link = sign && root.querySelector(`[data-zoom="${sign}"]`);
    if (link && !event.ctrlKey && !event.metaKey) link.click();
  });
}

export function showDiagrams(root) {
  for (const region of root.querySelectorAll('[data-pan]')) movesAbout(root, region);
  if (matchMedia(NARROW).matches) {
    for (const drawing of root.querySelectorAll('details.drawing')) drawing.open = false;
  }
  for (const region of root.querySelectorAll('.diagram')) {
    const toggle = region.parentElement.querySelector('[data-fit]');
    toggle?.addEventListener('click', () => {
      const whole = region.classList.toggle('is-whole');
      toggle.textContent = whole ? '放大看' : '看全图';
      toggle.setAttribute('aria-pressed', String(whole));
      if (!whole) bringIntoView(region);
    });
  }
}
