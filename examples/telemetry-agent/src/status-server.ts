import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

/** `GET /health` and `GET /metrics`, on the loopback only: neither is meant for strangers. */
export class StatusServer {
  readonly #server: Server;

  constructor(health: () => Health, metrics: Metrics) {
    this.#server = createServer((request, response) => {
      const isGet = request.method === 'GET';
      if (isGet && request.url === '/metrics') return metrics.answer(request, response);
      if (isGet && request.url === '/health') {
        const answer = health();
        response.writeHead(answer.isHealthy ? 200 : 503, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify(answer)}\n`);
        return;
      }
      response.writeHead(404).end();
    });
  }

  /** Resolves with the port, which matters when 0 was asked for; rejects when it is taken. */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
