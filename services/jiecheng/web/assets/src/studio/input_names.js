// An input of the decisions is shown, and renamed, under the name that people read (DMN's `label`); its `name` is the variable that
// expressions use, and stays. One that was drawn here has only a name: then that is shown.
import BaseRenderer from 'diagram-js/lib/draw/BaseRenderer';
import LabelEditingProvider from 'dmn-js-drd/lib/features/label-editing/LabelEditingProvider';
import { is } from 'dmn-js-shared/lib/util/ModelUtil';
import { append, create, remove } from 'tiny-svg';

const ABOVE_THE_LIBRARYS = 1500;
const labelOf = (element) => (is(element, 'dmn:InputData') ? element.businessObject.get('label') : undefined);

class InputRenderer extends BaseRenderer {
  static $inject = ['eventBus', 'drdRenderer', 'textRenderer'];

  constructor(eventBus, drdRenderer, textRenderer) {
    super(eventBus, ABOVE_THE_LIBRARYS);
    this.plain = drdRenderer;
    this.texts = textRenderer;
  }

  canRender(element) {
    return Boolean(labelOf(element));
  }

  drawShape(group, element) {
    const drawn = this.plain.drawShape(group, element);
    for (const old of group.querySelectorAll('.djs-label')) remove(old);
    const text = this.texts.createText(labelOf(element), { box: element, align: 'center-middle', padding: 5 });
    text.setAttribute('class', 'djs-label');
    const title = create('title');
    title.textContent = `表达式里写作 ${element.businessObject.name}`;
    append(group, title);
    append(group, text);
    return drawn;
  }

  getShapePath(element) {
    return this.plain.getShapePath(element);
  }
}

class LabelEditing extends LabelEditingProvider {
  static $inject = LabelEditingProvider.$inject;

  activate(element) {
    const context = super.activate(element);
    const label = labelOf(element);
    return context && label ? { ...context, text: label } : context;
  }

  update(element, text, ...rest) {
    if (!labelOf(element)) return super.update(element, text, ...rest);
    return text.trim() ? this._modeling.updateProperties(element, { label: text.trim() }) : undefined;
  }
}

export const inputNames = {
  __init__: ['inputRenderer'],
  inputRenderer: ['type', InputRenderer],
  labelEditingProvider: ['type', LabelEditing],
};
