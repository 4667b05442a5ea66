/** The five families of modules, by the manual that they follow. */
export type DialectName = 'gsm' | 'ugxx' | 'bc66' | 'lte' | 'rg';
