/** Reads the import statements of the source tree, for the laws about who may know whom. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface ImportStatement {
  readonly from: string;
  /** Path from the root for our own files, else the name of the package. */
  readonly target: string;
  readonly isTypeOnly: boolean;
}

const ROOT = path.join(__dirname, '..', '..');
const FOLDERS = ['machines', 'streams', 'adapters', 'simulator', 'modelling', 'cli'];
const STATEMENT = /(?:^|[;}\n])\s*(import|export)\s+(type\s+)?([^;'"]*?from\s*)?['"]([^'"]+)['"]/g;
const DYNAMIC = /\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every source file of the product: not the tests. */
export function sourceFiles(): SourceFile[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.ts'));
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/node_modules|(?:^|[\\/])dist[\\/]/.test(name))
      .map((name) => `${folder}/${name.split(path.sep).join('/')}`),
  );
  return [...top, ...inFolders].map((name) => ({
    path: name,
    text: readFileSync(path.join(ROOT, name), 'utf8'),
  }));
}

/** The text without comments; strings stay. */
export function withoutComments(text: string): string {
  return text.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|\/\*[\s\S]*?\*\/|(^|[\s;,{}()])\/\/[^\n]*/g,
    (_, kept, before) => kept ?? before ?? '',
  );
}

/** The text without comments and without what stands between quotation marks; of a template what is computed is left. */
export function identifiersOf(text: string): string {
  const code = withoutComments(text).replace(/`(?:\\.|[^`\\])*`/g, (template) =>
    [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, computed]) => `(${computed})`).join(),
  );
  return code.replace(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g, "''");
}

function targetOf(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
}

/** Static imports, re-exports and dynamic imports of one file. */
export function importsOf({ path: from, text }: SourceFile): ImportStatement[] {
  const code = withoutComments(text);
  const statics = [...code.matchAll(STATEMENT)].map((match) => {
    const names = /\{([\s\S]*)\}/.exec(match[3] ?? '')?.[1];
    const everyNameIsType = names
      ?.split(',')
      .filter((name) => name.trim() !== '')
      .every((name) => /^\s*type\s/.test(name));
    return {
      from,
      target: targetOf(from, match[4] ?? ''),
      isTypeOnly: match[2] !== undefined || everyNameIsType === true,
    };
  });
  const dynamics = [...code.matchAll(DYNAMIC)].map((match) => ({
    from,
    target: targetOf(from, match[1] ?? ''),
    isTypeOnly: false,
  }));
  return [...statics, ...dynamics];
}
