// 几个机关分头办 (multi-instance): over which list, what one of it is called, what is collected, all at once or in turn, and
// when it is enough. Each change is one command.
import { button, make, selectField, textField } from './fields.js';

const WAYS = [{ value: 'no', label: '同时办' }, { value: 'yes', label: '一个办完再下一个' }];

export function severalFields(panel, element, bo) {
  const several = bo.loopCharacteristics;
  const editable = panel.data.editable;
  const box = make('details', { className: 'studio-word', open: Boolean(several) }, make('summary', {}, make('strong', { textContent: '几家分头办（每家一份）' })));
  box.dataset.word = 'several';
  const put = (made) => panel.write(() => panel.modeling.updateProperties(element, { loopCharacteristics: made }), true);
  if (!several) {
    box.append(make('p', { className: 'soft small', textContent: '名单上有几家，这一步就有几份，各办各的。' }));
    if (editable) box.append(button('改成几家分头办', () => put(panel.create('bpmn:MultiInstanceLoopCharacteristics', {}, bo))));
    return box;
  }
  const disabled = !editable;
  const set = (values) => panel.set(element, several, values);
  const item = (key, type) => (value) => set({ [key]: value ? panel.create(type, { id: value }, several) : undefined });
  const read = (key) => several.get(`jc:${key}`) ?? '';
  box.append(
    textField({ label: '名单在哪个变量里', hint: '一个列表，例如 streets', name: 'several-list', disabled, required: true }, read('loopDataInputRef'), (value) => set({ 'jc:loopDataInputRef': value || undefined })),
    textField({ label: '每一份里叫什么', hint: '表达式里用这个名字，例如 street', name: 'several-item', disabled, required: true }, several.inputDataItem?.id ?? '', item('inputDataItem', 'bpmn:DataInput')),
    textField({ label: '每一份带出来什么变量', hint: '例如 reply；不带就不写', name: 'several-result', disabled }, several.outputDataItem?.id ?? '', item('outputDataItem', 'bpmn:DataOutput')),
    textField({ label: '收进哪个变量', hint: '按名单的次序，例如 replies；没有答复的是空', name: 'several-results', disabled }, read('loopDataOutputRef'), (value) => set({ 'jc:loopDataOutputRef': value || undefined })),
    selectField({ label: '怎样进行', name: 'several-way', disabled }, several.isSequential ? 'yes' : 'no', WAYS, (value) => set({ isSequential: value === 'yes' })),
    textField({ label: '什么时候就够了（表达式）', hint: '不写是每一份都办完；写了，成立时其余的取消', name: 'several-enough', disabled, long: true }, several.completionCondition?.body ?? '', (body) =>
      set({ completionCondition: body ? panel.create('bpmn:FormalExpression', { body }, several) : undefined })
    )
  );
  if (editable) box.append(button('改回只办一份', () => put(undefined), 'btn btn-sm btn-link'));
  return box;
}
