// One file of a draft in an editor: loaded, saved under its lock, saved by itself, and not lost by leaving the page.
// Owns the bar above the editor; what is drawn is the editor's.

const AUTOSAVE_MS = 20000;

const LOGGED_OUT = '没有保存上：登录已过期。改动还在这一页上，不要关闭。请在另一个窗口用原来的账号登录，再回来按“保存”。';
const NOT_REACHED = '没有保存上：连不上服务器。改动还在这一页上，不要关闭，过一会儿再按“保存”。';
const OUT_OF_ORDER = '没有保存上：系统出了差错。改动还在这一页上，不要关闭，过一会儿再按“保存”；仍不行请告诉系统管理员。';
const isData = (response) => (response.headers.get('content-type') ?? '').includes('json');

function clock() {
  return new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit' });
}

export class Session {
  constructor(root, data) {
    this.root = root;
    this.data = data;
    this.seen = data.seen;
    this.editable = data.editable;
    this.dirty = false;
    this.stopped = false;
    this.collect = async () => data.text;
    this.hear = () => {};
    this.state = root.querySelector('[data-state]');
    this.problem = root.querySelector('[data-problem]');
  }

  // `collect` gives the text as it is now; `undo`, `redo` are the editor's own; `learn` hears the whole answer of a save.
  begin({ collect, undo, redo, findings, learn }) {
    this.collect = collect;
    this.hear = findings ?? this.hear;
    this.learn = learn ?? (() => {});
    this.say(this.editable ? `第 ${this.data.revision} 稿` : '只能看');
    this.root.querySelector('[data-save]')?.addEventListener('click', () => this.save());
    this.root.querySelector('[data-undo]')?.addEventListener('click', undo);
    this.root.querySelector('[data-redo]')?.addEventListener('click', redo);
    document.addEventListener('keydown', (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      if (this.editable) this.save();
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.dirty) event.preventDefault();
    });
    this.hear(this.data.findings);
  }

  touched() {
    if (!this.editable) return;
    this.dirty = true;
    this.edits = (this.edits ?? 0) + 1;
    if (this.stopped) return;
    this.say('有改动，还没有保存');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), AUTOSAVE_MS);
  }

  async save() {
    // A field that still has the focus has not handed over what was typed.
    document.activeElement?.dispatchEvent(new Event('change', { bubbles: true }));
    clearTimeout(this.timer);
    if (this.saving) return this.saving;
    this.saving = this.send().finally(() => {
      this.saving = undefined;
    });
    return this.saving;
  }

  async send(again = false) {
    const edits = this.edits;
    this.say('正在保存……');
    const form = new FormData(this.root.querySelector('[data-guard]'));
    form.set('name', this.data.name);
    form.set('seen', this.seen);
    form.set('text', new Blob([await this.collect()], { type: 'text/plain' }), this.data.name);
    let answer;
    try {
      const response = await fetch(`/studio/${this.root.dataset.draft}/save`, { method: 'POST', body: form });
      if (!isData(response)) return this.fail(response.status < 500 ? LOGGED_OUT : OUT_OF_ORDER);
      answer = await response.json();
    } catch {
      return this.fail(NOT_REACHED);
    }
    // Logged in again in another window: this page's token was the old session's.
    if (answer.rule === 'form-token' && !again) return (await this.renewGuard()) ? this.send(true) : this.fail(LOGGED_OUT);
    if (answer.problem) {
      // Somebody else was quicker: saving again by itself would only repeat the refusal.
      this.stopped = answer.rule === 'studio_revision' || answer.rule === 'studio_state';
      return this.fail(answer.rule === 'studio_revision' ? `${answer.problem}请先下载您的改动，再刷新页面，在新的一稿上重做。` : answer.problem);
    }
    this.seen = answer.seen;
    if (edits === this.edits) this.dirty = false;
    this.problem.hidden = true;
    this.say(`已保存为第 ${answer.revision} 稿（${clock()}）`);
    this.hear(answer.findings);
    this.learn(answer);
    return true;
  }

  // The tokens of a page drawn now, if it is drawn for the same person: nobody's work is saved under another's name.
  async renewGuard() {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
      const fresh = (name) => page.querySelector(`[data-guard] [name="${name}"]`)?.value;
      const own = (name) => this.root.querySelector(`[data-guard] [name="${name}"]`);
      if (!fresh('_csrf') || fresh('_identity') !== own('_identity').value) return false;
      for (const name of ['_csrf', '_operation']) if (own(name)) own(name).value = fresh(name);
      return true;
    } catch {
      return false;
    }
  }

  async fail(sentence) {
    this.say('没有保存');
    this.problem.replaceChildren(Object.assign(document.createElement('p'), { textContent: sentence }));
    if (sentence === LOGGED_OUT) this.problem.append(Object.assign(document.createElement('a'), { href: '/login', target: '_blank', rel: 'noopener', textContent: '在另一个窗口登录' }), '　');
    const link = document.createElement('a');
    link.textContent = '下载我的改动';
    link.download = this.data.name;
    link.href = URL.createObjectURL(new Blob([await this.collect()]));
    this.problem.append(link);
    this.problem.hidden = false;
    return false;
  }

  say(words) {
    this.state.textContent = words;
  }
}

// An editor needs room to draw in: on a narrow screen, where the page only shows, it begins once there is some.
const ROOM = '(min-width: 62em)';
const room = () => {
  const wide = matchMedia(ROOM);
  return wide.matches ? undefined : new Promise((begin) => wide.addEventListener('change', begin, { once: true }));
};

export async function openSession() {
  await room();
  const root = document.querySelector('[data-studio]');
  const response = await fetch(`/studio/${root.dataset.draft}/data/${root.dataset.name}`);
  return new Session(root, await response.json());
}
