/** A plot with its words: title, what it shows, legend, and the same in figures. */
import { type Content, html, type Markup } from './html.ts';

/** Longer tables are for a screen. */
const MOST_PRINTED = 16;

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Content[])[];
}

export interface Section {
  /** Of the heading, to be linked to. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences: what is to be seen. */
  readonly caption: Content;
  readonly legend?: Content;
  readonly plot: Content;
  readonly table?: Table;
  /** Of the table, where it has more than what is drawn. */
  readonly tableTitle?: string;
}

/** A section of the report around one figure. */
export function section(shown: Section): Markup {
  const { id, title, caption, legend, plot, table, tableTitle = 'The same in figures' } = shown;
  return html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<figure aria-labelledby="${id}-title">
${legend ?? ''}${plot}
<figcaption>${caption}</figcaption>
</figure>
${table ? folded(tableTitle, tableMarkup(table), table.rows.length > MOST_PRINTED ? 'screen' : 'printed') : ''}
</section>`;
}

/** A section that has nothing to draw says so. */
export function sentence(id: string, title: string, text: Content): Markup {
  return html`
<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
<p>${text}</p>
</section>`;
}

/** What is there for those who look closer. On paper it is open where that is short enough. */
export function folded(title: Content, content: Content, place: 'printed' | 'screen' = 'screen'): Markup {
  return html`<details class="${place}"><summary>${title}</summary>${content}</details>`;
}

/** The first column names the row. */
export function tableMarkup({ head, rows }: Table): Markup {
  const cells = ([name = '', ...values]: readonly Content[]): Markup =>
    html`<tr><th scope="row">${name}</th>${values.map((value) => html`<td>${value}</td>`)}</tr>\n`;
  return html`<div class="scroll" tabindex="0"><table>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(cells)}</tbody></table></div>`;
}
