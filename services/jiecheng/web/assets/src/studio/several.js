// What a multi-instance step counts over and collects is a variable here, and bpmn-moddle only keeps references to elements:
// it would drop both. They travel through the editor as attributes and come out as the standard's own words again.

const WORDS = ['loopDataInputRef', 'loopDataOutputRef'];
const SEVERAL = /<((?:\w+:)?)multiInstanceLoopCharacteristics((?:\s[^>]*?)?)(?:\/>|>([\s\S]*?)<\/\1multiInstanceLoopCharacteristics>)/g;

export function intoEditor(xml) {
  return xml.replace(SEVERAL, (whole, prefix, attributes, body = '') => {
    let kept = attributes;
    let rest = body;
    for (const word of WORDS) {
      const found = new RegExp(`\\s*<${prefix}${word}>\\s*([^<]*?)\\s*</${prefix}${word}>`).exec(rest);
      if (!found) continue;
      kept += ` jc:${word}="${found[1]}"`;
      rest = rest.replace(found[0], '');
    }
    return `<${prefix}multiInstanceLoopCharacteristics${kept}>${rest}</${prefix}multiInstanceLoopCharacteristics>`;
  });
}

export function outOfEditor(xml) {
  return xml.replace(SEVERAL, (whole, prefix, attributes, body = '') => {
    let rest = attributes;
    let words = '';
    for (const word of WORDS) {
      const found = new RegExp(`\\s+jc:${word}="([^"]*)"`).exec(rest);
      if (!found) continue;
      words += `<${prefix}${word}>${found[1]}</${prefix}${word}>`;
      rest = rest.replace(found[0], '');
    }
    // The standard's order: how many comes first, then over what.
    const counted = new RegExp(`^\\s*<${prefix}loopCardinality[\\s\\S]*?</${prefix}loopCardinality>`).exec(body);
    const at = counted ? counted[0].length : 0;
    return `<${prefix}multiInstanceLoopCharacteristics${rest}>${body.slice(0, at)}${words}${body.slice(at)}</${prefix}multiInstanceLoopCharacteristics>`;
  });
}

export function keepsSeveral(modeler) {
  const read = modeler.importXML.bind(modeler);
  const write = modeler.saveXML.bind(modeler);
  modeler.importXML = (xml, ...rest) => read(intoEditor(xml), ...rest);
  modeler.saveXML = async (...options) => {
    const saved = await write(...options);
    return { ...saved, xml: outOfEditor(saved.xml) };
  };
}
