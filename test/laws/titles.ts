/** Titles of tests, read from the text of their files: what a table of tests is held against. */

/** A `describe` of a test file. */
export interface Suite {
  /** The dialects that it is for, by the list that it goes through or by its name; none where it does not say. */
  readonly dialects: readonly string[] | undefined;
  readonly titles: readonly string[];
}

/** Lists that suites go through, by their names. */
type Lists = Readonly<Record<string, readonly string[]>>;

const HEAD = /^describe(?:\.each\(((?:[^()]|\([^()]*\))*)\))?\('([^']*)'/;
const TITLE = /^ {2}(?:it|\] as const\)|\]\)|it\.each\(.*\))\(\s*'([^']+)'/gm;

/** The suites of a test file. */
export function suitesOf(source: string, lists: Lists): Suite[] {
  return source.split(/^(?=describe)/m).flatMap((text) => {
    const head = HEAD.exec(text);
    const titles = [...text.matchAll(TITLE)].map(([, title = '']) => title);
    return head === null ? [] : [{ dialects: dialectsOf(head, lists), titles }];
  });
}

function dialectsOf([, list, name = '']: RegExpExecArray, lists: Lists): readonly string[] | undefined {
  if (list === undefined) {
    const named = /^(\w+): /.exec(name)?.[1];
    return named === undefined ? undefined : [named];
  }
  if (!name.startsWith('%s: ')) return undefined;
  return lists[list.trim()] ?? [...list.matchAll(/'(\w+)'/g)].map(([, one = '']) => one);
}

/** Whether that is the title of a case of it: `%s` and `%j` stand for what each case has there. */
export function isTitleOf(title: string, pattern: string): boolean {
  if (title === pattern) return true;
  const parts = pattern.split(/%[sj]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return parts.length > 1 && new RegExp(`^${parts.join('.*')}$`).test(title);
}
