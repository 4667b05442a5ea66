import fc from 'fast-check';
import { Secrets } from '../../adapters/channel/secrets.ts';
import { redactorOf } from '../../adapters/inspect/redacted.ts';
import { ModemError } from '../../errors.ts';

const SECRET = 'canary-password';
const secrets = new Secrets({
  pin: '4711',
  contexts: [{ apn: 'internet', username: 'canary-user', password: SECRET }],
});
const shown = redactorOf(secrets);

describe('a value that an inspector is shown', () => {
  it('is plain data: functions are left out, objects of a class are named', () => {
    class Port {}
    const value = {
      run: () => 1,
      port: new Port(),
      list: [() => 1, new Map()],
      tries: 3,
      isOn: false,
      none: null,
    };
    expect(shown(value)).toEqual({
      port: '(Port)',
      list: [null, '(Map)'],
      tries: 3,
      isOn: false,
      none: null,
    });
  });

  it('has the length of bytes in place of them', () => {
    expect(shown({ payload: [Buffer.from('secret bytes'), new Uint16Array(3)] })).toEqual({
      payload: ['(12 bytes)', '(6 bytes)'],
    });
  });

  it('has no user name, password or PIN, wherever they stand', () => {
    const { username, password } = { username: 'canary-user', password: SECRET };
    expect(shown({ username, password, pin: '4711' })).toEqual({
      username: '***',
      password: '***',
      pin: '***',
    });
    expect(shown([`AT+X="${SECRET}"`, '4711', 'PIN "4711"'])).toEqual(['AT+X="***"', '***', 'PIN "***"']);
  });

  it('has nothing that is called a password, whosever it is', () => {
    expect(shown({ access: { password: 'of another modem' } })).toEqual({ access: { password: '***' } });
  });

  it('tells whether a user name was given at all', () => {
    expect(shown({ username: '' })).toEqual({ username: '' });
  });

  it('has a command in the form in which it may be shown', () => {
    const command = { text: 'AT+QPRIVATE="9999"', redacted: 'AT+QPRIVATE="***"' };
    expect(shown(command)).toEqual({ text: command.redacted, redacted: command.redacted });
  });

  it('has an error as its code and its text', () => {
    expect(shown(new ModemError('CONTEXT_LOST', `lost ${SECRET}`))).toEqual({
      code: 'CONTEXT_LOST',
      message: 'lost ***',
    });
    expect(shown(new RangeError('too far'))).toEqual({ name: 'RangeError', message: 'too far' });
  });

  it('names what JSON has no word for', () => {
    expect(shown({ most: Number.POSITIVE_INFINITY, big: 12n })).toEqual({ most: 'Infinity', big: '12' });
  });

  it('is cut where it is long, and says so', () => {
    const list = shown(Array.from({ length: 40 }, (_, at) => at)) as unknown[];
    expect(list.slice(-2)).toEqual([31, '(8 more)']);
    expect((shown('x'.repeat(1_000)) as string).length).toBe(301);
  });

  it('ends where it refers to itself', () => {
    const value: Record<string, unknown> = { name: 'ring' };
    value['self'] = value;
    expect(JSON.stringify(shown(value)).length).toBeLessThan(1_000);
  });

  it('never holds a secret, whatever it is made of', () => {
    const withSecret = fc.anything({
      withBigInt: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      values: [
        fc.constantFrom(SECRET, 'canary-user', `say "${SECRET}"`, '4711', '867698041234567'),
        fc.anything(),
      ],
    });
    fc.assert(
      fc.property(withSecret, (value) => {
        const text = JSON.stringify(shown(value)) ?? '';
        expect(text).not.toMatch(/canary|867698041234567/);
        expect(text).not.toContain('"4711"');
      }),
    );
  });
});
