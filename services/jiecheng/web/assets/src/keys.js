// Keys for those who do a hundred items a day. Every one of them has a plain way on the page; none works while one types.

const HELP = [
  ['j　k', '下一行、上一行'],
  ['Enter', '打开这一行'],
  ['a', '待办页面：同意（先问一次）'],
  ['r', '待办页面：不同意、退回（先问一次）'],
  ['/', '检索'],
  ['?', '显示或收起这张表'],
];

export function listenToKeys(root) {
  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || types(event.target)) return;
    const deed = DEEDS[event.key];
    if (deed?.(root)) event.preventDefault();
  });
}

const DEEDS = {
  j: (root) => step(root, 1),
  k: (root) => step(root, -1),
  a: (root) => press(root, '.decide .btn-primary[name="_outcome"]'),
  r: (root) => press(root, '.decide .btn-danger[name="_outcome"], .decide .btn-secondary[name="_outcome"]'),
  '/': search,
  '?': help,
  Escape: (root) => root.querySelector('.keys')?.remove(),
};

function types(target) {
  return target instanceof Element && target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]') !== null;
}

function step(root, by) {
  const rows = [...root.querySelectorAll('[data-row]')].filter((row) => row.querySelector('a.title'));
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.contains(root.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by))];
  next.querySelector('a.title').focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}

function press(root, which) {
  const button = root.querySelector('#work') && root.querySelector(which);
  if (!button) return false;
  if (window.confirm(`确定办理为“${button.textContent.trim()}”吗？`)) button.click();
  return true;
}

function search(root) {
  const field = root.querySelector('#q, #text');
  if (field) field.focus();
  else location.assign('/search');
  return true;
}

function help(root) {
  const shown = root.querySelector('.keys');
  if (shown) {
    shown.remove();
    return true;
  }
  const box = root.createElement('section');
  box.className = 'keys';
  box.setAttribute('aria-label', '快捷键');
  box.setAttribute('role', 'status');
  const list = root.createElement('dl');
  for (const line of HELP) {
    const term = root.createElement('dt');
    const meaning = root.createElement('dd');
    const letter = root.createElement('kbd');
    letter.textContent = line[0];
    term.append(letter);
    meaning.textContent = line[1];
    meaning.className = 'mb-0';
    list.append(term, meaning);
  }
  const heading = root.createElement('strong');
  heading.textContent = '快捷键';
  box.append(heading, list);
  root.querySelector('main')?.append(box);
  return true;
}
