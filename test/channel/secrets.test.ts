import { Secrets } from '../../adapters/channel/secrets.ts';
import { isPrivateLine, withoutPrivateParts } from '../../adapters/dialects/private-commands.ts';
import { splitPrefix } from '../../streams/line.ts';

const OPTIONS = {
  pin: '7395',
  contexts: [
    { apn: 'internet', username: 'canary', password: 'ab' },
    { apn: 'web', username: 'web', password: '' },
  ],
};
const raw = (text: string) => ({ text, redacted: withoutPrivateParts(text), collectsEverything: true });
const CIMI = { text: 'AT+CIMI', collectsEverything: true };
const CSQ = { text: 'AT+CSQ', collectsEverything: true };

describe('what a trace shows', () => {
  it.each([
    ['001010123456789', '***'],
    ['+QCCID: 8901260852291234567F', '+QCCID: ***'],
    ['+ICCID: "8986 0012 3456 7890 1234"', '+ICCID: "***"'],
    ['+QCCID: 8986A0123456B8901234', '+QCCID: ***'],
    ['+QICSGP: 1,"internet","other","secret",2', '+QICSGP: 1,"internet","***","***"'],
    ['T+QICSGP=1,1,"internet","other","secret",2', 'T+QICSGP=***'],
    ['user canary is wrong', 'user *** is wrong'],
    ['+X: "7395","ab","web"', '+X: "***","***","web"'],
    ['+QPING: 0,"10.1.1.1",32,7395,55', '+QPING: 0,"10.1.1.1",32,7395,55'],
    ['+CSQ: 20,99', '+CSQ: 20,99'],
  ])('is, of %s at any time, %s', (line, shown) => {
    expect(new Secrets(OPTIONS).shown(line)).toBe(shown);
  });

  it.each([
    ['+QICSGP: 1x"internet","other","secret",2', '(40 characters)'],
    ['+QICSGP: 1,"other","secret",2', '(29 characters)'],
    ['00101012', '(8 characters)'],
    ['+CPIN: READY', '+CPIN: READY'],
    ['+QICSGP: 1,"internet","other","secret",2', '+QICSGP: 1,"internet","***","***"'],
  ])('is, of the answer %s to a private command, %s', (line, shown) => {
    const secrets = new Secrets(OPTIONS);
    secrets.started({ text: 'AT+QICSGP=1' });
    expect(secrets.shownInfo(splitPrefix(line))).toBe(shown);
  });

  it('is the length of what nobody knows, until a later and harmless command is answered', () => {
    const secrets = new Secrets(OPTIONS);
    const command = raw('AT+CLCK="SC",1,"9513"');
    secrets.started(command);
    secrets.ended(command, true);
    expect(secrets.shownUnknown('SC",1,"95')).toBe('(9 characters)');
    expect(secrets.shownResult('+CME ERROR: CLCK 9513')).toBe('+CME ERROR: (21 characters)');
    expect(secrets.shownResult('+CME ERROR: 16')).toBe('+CME ERROR: 16');
    expect(secrets.shown('9513 and 7395, not 17395')).toBe('*** and ***, not 17395');
    secrets.started(CSQ);
    expect(secrets.shownInfo(splitPrefix('13"'))).toBe('(3 characters)');
    secrets.ended(CSQ, false);
    expect(secrets.shownUnknown('hello')).toBe('(5 characters)');
    secrets.started(CSQ);
    secrets.ended(CSQ, true);
    expect(secrets.shownUnknown('hello')).toBe('hello');
  });

  it('holds no identity that it was told once, in whatever form', () => {
    const secrets = new Secrets();
    secrets.started(CIMI);
    secrets.learn(splitPrefix('+ICCID: ABCD12345678EF'));
    secrets.ended(CIMI, true);
    expect(secrets.shown('card ABCD12345678EF')).toBe('card ***');
  });
});

describe('a command of the application', () => {
  it.each([
    ['AT+CSQ', 'AT+CSQ'],
    ['AT+QCFG="nwscanmode",3', 'AT+QCFG="nwscanmode",3'],
    ['ATE0;+CMEE=1', 'ATE0;+CMEE=1'],
    ['ATS7=60', 'ATS7=60'],
    ['AT+CPIN?', 'AT+CPIN?'],
    ['AT+CLCK=?', 'AT+CLCK=?'],
    ['AT+CPIN="1234"', 'AT+CPIN=***'],
    ['at + cpin = 1234', 'AT+CPIN=***'],
    ['AT+CSQ;+CPIN="1234"', 'AT+CSQ;+CPIN=***'],
    ['ATE1+CPIN="1234"', 'ATE1+CPIN=***'],
    ['AT+NEW="a;b",1;+CSQ', 'AT+NEW=***;+CSQ'],
    ['ATD**04*1234*4321*4321#', 'AT***'],
    ['AT+COPS="', 'AT+COPS="'],
    ['AT+QICSGP=1', 'AT+QICSGP=1'],
    ['AT+QICSGP=1,"web"', 'AT+QICSGP=1,"web"'],
    ['AT+QICSGP=1,"web","a","b"', 'AT+QICSGP=***'],
    ['AT+QIREGAPP="internet","a","b"', 'AT+QIREGAPP=***'],
    ['AT+QIREGAPP', 'AT+QIREGAPP'],
    ['AT!SECRET 1', 'AT***'],
  ])('%s is shown as %s', (text, shown) => {
    expect(withoutPrivateParts(text)).toBe(shown);
  });

  it('is private when its answer may be an identity', () => {
    expect(['AT+CIMI', 'AT+GSN', 'AT+QICSGP=1', 'at+qccid', 'ATI;+CGSN'].every(isPrivateLine)).toBe(true);
    expect(['AT', 'ATI', 'AT+COPS?', 'AT+CPIN?', 'AT+QIREGAPP'].some(isPrivateLine)).toBe(false);
  });
});

describe('a line that was shown before', () => {
  it('is blanked out as soon as what is in it is known to be an identity', () => {
    const secrets = new Secrets();
    const line = '+QIND: "card","00FFA0B1C2D3E4F5"';
    expect([secrets.shown(line), secrets.shown(line)]).toEqual([line, line]);
    secrets.started({ text: 'AT+QCCID' });
    secrets.learn({ prefix: '+QCCID', text: '00FFA0B1C2D3E4F5', fields: [] });
    expect(secrets.shown(line)).toBe('+QIND: "card","***"');
  });

  it('is blanked out while a command with its words may be answered, and shown again behind the next answer', () => {
    const secrets = new Secrets();
    const line = '+QIND: "note",swordfish';
    const ask = { text: 'AT+QINDX="swordfish"', redacted: 'AT+QINDX="***"' };
    const harmless = { text: 'AT+CSQ' };
    expect(secrets.shown(line)).toBe(line);
    secrets.started(ask);
    expect(secrets.shown(line)).toBe('+QIND: "note",***');
    secrets.ended(ask, true);
    secrets.started(harmless);
    expect(secrets.shown(line)).toBe('+QIND: "note",***');
    secrets.ended(harmless, true);
    expect(secrets.shown(line)).toBe(line);
  });
});
