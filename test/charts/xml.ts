/** Reads XML as strictly as the pictures need: every tag is closed in turn, attributes are quoted and named once. */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** From the outermost to the nearest. */
  readonly around: readonly XmlElement[];
  readonly children: XmlElement[];
  text: string;
}

const TOKEN = /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ENTITY = /&(?:amp|lt|gt|quot);/g;
const SIGNS: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** All elements in the order of the document; throws where it is not well-formed. */
export function elementsOf(document: string): XmlElement[] {
  const elements: XmlElement[] = [];
  const open: XmlElement[] = [];
  let read = 0;
  for (const match of document.matchAll(TOKEN)) {
    read += match[0].length;
    const [, closing, name = '', attributes = '', single, text] = match;
    const parent = open.at(-1);
    if (text !== undefined) {
      if (parent !== undefined) parent.text += unescaped(text);
      else if (text.trim() !== '') throw new SyntaxError(`text outside of the document: ${text}`);
    } else if (closing === '/') {
      if (open.pop()?.name !== name) throw new SyntaxError(`</${name}> closes what is not open`);
    } else {
      if (parent === undefined && elements.length > 0) throw new SyntaxError(`a second root: ${name}`);
      const element = {
        name,
        attributes: attributesOf(attributes),
        around: [...open],
        children: [],
        text: '',
      };
      parent?.children.push(element);
      elements.push(element);
      if (single !== '/') open.push(element);
    }
  }
  if (read < document.length) throw new SyntaxError(`no XML: ${document.slice(read, read + 60)}`);
  if (open.length > 0) throw new SyntaxError(`<${open.at(-1)?.name}> is not closed`);
  return elements;
}

function attributesOf(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, key = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(attributes, key)) throw new SyntaxError(`${key} is there twice`);
    attributes[key] = unescaped(value);
  }
  return attributes;
}

function unescaped(text: string): string {
  const plain = text.replace(ENTITY, '');
  if (plain.includes('&')) throw new SyntaxError(`an ampersand that is no entity: ${text}`);
  return text.replace(ENTITY, (entity) => SIGNS[entity] ?? '');
}
