// A list that keeps itself up to date: rows come and go by themselves, what is ticked or focused stays where it is.
// Asks with the stamp of what is shown; a list that did not change costs one empty answer.

const STAMPED = 'If-None-Match';

export function keepListLive(root) {
  const seconds = Number(root.querySelector('meta[name="live-list"]')?.content);
  if (!seconds || new URLSearchParams(location.search).has('after')) return;
  let stamp = '';
  const look = async () => {
    if (document.hidden || isBusy(root)) return;
    try {
      const answer = await fetch(location.href, { headers: stamp ? { [STAMPED]: stamp } : {}, credentials: 'same-origin' });
      if (answer.status !== 200 || answer.redirected) return;
      stamp = answer.headers.get('etag') ?? '';
      merge(root, new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      // No network: the next look will tell.
    }
  };
  setInterval(look, seconds * 1000);
  document.addEventListener('visibilitychange', () => void look());
}

// Somebody types in the filters, or has a menu open: nothing moves under his hands.
function isBusy(root) {
  const active = root.activeElement;
  return Boolean(active?.closest('.filters, .popout, .bulk')) || root.querySelector('.popout[open]') !== null;
}

function merge(root, fresh) {
  const body = root.querySelector('#list tbody');
  const next = fresh.querySelector('#list tbody');
  if (!body || !next) {
    // From empty to full or back: nothing is ticked there, so the whole list may be put in place.
    const old = root.querySelector('#list');
    const list = fresh.querySelector('#list');
    const before = old?.querySelectorAll('tr[data-row]').length ?? 0;
    if (old && list && before !== list.querySelectorAll('tr[data-row]').length) {
      old.replaceWith(list);
      window.htmx?.process(list);
      if (next) announce(root, [...next.rows]);
    }
  } else {
    const known = new Map([...body.rows].map((row) => [row.dataset.row, row]));
    const added = [];
    const wanted = [];
    for (const row of [...next.rows]) {
      const old = known.get(row.dataset.row);
      known.delete(row.dataset.row);
      if (!old) {
        row.classList.add('is-new');
        added.push(row);
      }
      wanted.push(old ?? row);
    }
    for (const gone of known.values()) gone.remove();
    // Only what is out of place moves: a row that is taken out and put back would lose the focus.
    wanted.forEach((row, at) => {
      if (body.rows[at] !== row) body.insertBefore(row, body.rows[at] ?? null);
    });
    if (added.length) announce(root, added);
  }
  for (const count of root.querySelectorAll('[data-tally]')) {
    const now = fresh.querySelector(`[data-tally="${count.dataset.tally}"]`);
    if (now && now.textContent !== count.textContent) count.replaceWith(now.cloneNode(true));
  }
  const duties = root.querySelector('#duties');
  const dutiesNow = fresh.querySelector('#duties');
  if (duties && dutiesNow && duties.textContent !== dutiesNow.textContent && !duties.contains(root.activeElement)) duties.replaceWith(dutiesNow);
  const side = root.querySelector('nav.side');
  const sideNow = fresh.querySelector('nav.side');
  if (side && sideNow && side.textContent !== sideNow.textContent && !side.contains(root.activeElement)) side.replaceWith(sideNow);
}

function announce(root, rows) {
  const news = root.querySelector('#news');
  if (!news) return;
  const titles = rows.slice(0, 3).map((row) => row.querySelector('.title')?.textContent ?? '');
  news.textContent = `有 ${rows.length} 件新待办：${titles.join('；')}`;
}
