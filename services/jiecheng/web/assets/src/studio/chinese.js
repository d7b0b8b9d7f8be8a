// The drawing libraries in Chinese. What has no entry stays English and is kept in `unknown`, which a test looks at.
import bpmn from './chinese_bpmn.json';
import dmn from './chinese_dmn.json';

const words = { ...bpmn, ...dmn };
export const unknown = new Set();

export function translate(template, replacements = {}) {
  const known = words[template];
  if (known === undefined && /[A-Za-z]{3}/.test(template)) unknown.add(template);
  return (known ?? template).replace(/{([^}]+)}/g, (whole, key) => {
    const value = replacements[key];
    return value === undefined ? whole : (words[value] ?? value);
  });
}

export const chinese = { translate: ['value', translate] };
