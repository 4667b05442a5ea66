/** HTML by a tagged template: what is put into it is text, and never markup, unless it was made here. */

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&#39;' },
};

/** Text that is markup already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = string | number | Markup | readonly Content[];

/** @example html`<p>${policy.name}</p>` */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    parts.map((part, at) => part + (at < contents.length ? textOf(contents[at] ?? '') : '')).join(''),
  );
}

function textOf(content: Content): string {
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number')
    return String(content).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
  return content.map(textOf).join('');
}
