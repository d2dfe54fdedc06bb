import { createServer, type IncomingHttpHeaders, type IncomingMessage, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** A call of the AWS API on its way to the emulated account. */
interface ApiCall {
  /** Name of the service as requests are signed for it, such as `ecs` or `elasticloadbalancing`. */
  service: string;
  /** The operation, such as `RunTask`; for services without, such as Route 53, method and path: `GET /2013-04-01/hostedzone`. */
  action: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Something that goes wrong on the way to the account or back; the account itself knows nothing of it. */
export interface Fault {
  service: string | RegExp;
  action: string | RegExp;
  /** After how many matching calls it is over. Default: never. */
  times?: number;
  /** Gives the answer, with or without asking the account (`forward`, which takes another body); undefined cuts the connection. */
  play(call: ApiCall, forward: (body?: string) => Promise<Answer>): Promise<Answer | undefined>;
}

export interface Proxy {
  url: string;
  inject(...faults: Fault[]): void;
  /** Ends all faults. */
  clear(): void;
  close(): Promise<void>;
}

/** A reverse proxy on loopback in front of an emulated account. The first fault that matches a call is played. */
export async function startProxy(target: string): Promise<Proxy> {
  let active: { fault: Fault; left: number }[] = [];

  async function answer(incoming: IncomingMessage): Promise<Answer | undefined> {
    const body = await buffer(incoming);
    const call = apiCall(incoming, body.toString());
    const forward = (changed?: string) => ask(target, incoming, changed === undefined ? body : Buffer.from(changed));
    const match = active.find(({ fault, left }) => left > 0 && concerns(fault, call));
    if (!match) return forward();
    match.left -= 1;
    return match.fault.play(call, forward);
  }

  const server = createServer((incoming, outgoing) => {
    answer(incoming).then(
      (result) => {
        if (!result) return incoming.socket.destroy();
        return outgoing
          .writeHead(result.status, { ...result.headers, "content-length": result.body.length })
          .end(result.body);
      },
      () => incoming.socket.destroy(),
    );
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (...faults) => void active.push(...faults.map((fault) => ({ fault, left: fault.times ?? Infinity }))),
    clear: () => void (active = []),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** Answers with an error in the form that the service's protocol has for it. */
export function refuse(code: string, message: string, status = 400): Fault["play"] {
  return (call) => {
    if (isJson(call)) {
      const body = JSON.stringify({ __type: code, message });
      return Promise.resolve(answerOf(status, "application/x-amz-json-1.1", body, code));
    }
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
    const wrapped: Record<string, string> = {
      ec2: `<Response><Errors>${error}</Errors><RequestID>0</RequestID></Response>`,
      s3: error,
    };
    const body = wrapped[call.service] ?? `<ErrorResponse>${error}<RequestId>0</RequestId></ErrorResponse>`;
    return Promise.resolve(answerOf(status, "text/xml", body, code));
  };
}

export function deny(): Fault["play"] {
  return (call, forward) => {
    const code =
      call.service === "ec2" ? "UnauthorizedOperation" : isJson(call) ? "AccessDeniedException" : "AccessDenied";
    return refuse(code, `not authorized to perform: ${call.service}:${call.action}`, 403)(call, forward);
  };
}

export function throttle(): Fault["play"] {
  return (call, forward) => {
    if (call.service === "s3") return refuse("SlowDown", "Please reduce your request rate.", 503)(call, forward);
    const code = call.service === "ec2" ? "RequestLimitExceeded" : isJson(call) ? "ThrottlingException" : "Throttling";
    return refuse(code, "Rate exceeded")(call, forward);
  };
}

export function delay(ms: number): Fault["play"] {
  return async (_call, forward) => {
    await sleep(ms);
    return forward();
  };
}

/** Cuts the connection: before the account hears of the call or, where the answer is lost, after it did what was asked. */
export function cut(lost: "call" | "answer"): Fault["play"] {
  return async (_call, forward) => {
    if (lost === "answer") await forward();
    return undefined;
  };
}

/** Answers in the account's place, for services that speak JSON. */
export function answer(value: object): Promise<Answer> {
  return Promise.resolve(answerOf(200, "application/x-amz-json-1.1", JSON.stringify(value)));
}

/** Changes the account's answer. */
export function rewrite(change: (body: string) => string): Fault["play"] {
  return async (_call, forward) => {
    const answer = await forward();
    return answer.status < 300 ? { ...answer, body: Buffer.from(change(answer.body.toString())) } : answer;
  };
}

/** Changes the account's answer, for services that speak JSON. `T` is the answer's type in the SDK. */
export function rewriteJson<T>(change: (answer: T) => T): Fault["play"] {
  return rewrite((body) => JSON.stringify(change(JSON.parse(body) as T)));
}

function concerns(fault: Fault, call: ApiCall): boolean {
  const fits = (wanted: string | RegExp, found: string): boolean =>
    typeof wanted === "string" ? wanted === found : wanted.test(found);
  return fits(fault.service, call.service) && fits(fault.action, call.action);
}

/** Reads service and operation from the signature's scope and from where the service's protocol puts the operation. */
function apiCall({ headers, method, url }: IncomingMessage, body: string): ApiCall {
  const service = /Credential=[^/]*\/\d+\/[^/]*\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
  const target = headers["x-amz-target"]?.toString().split(".").at(-1);
  const action = target ?? new URLSearchParams(body).get("Action") ?? `${method} ${url}`;
  return { service, action, headers, body };
}

function isJson(call: ApiCall): boolean {
  return "x-amz-target" in call.headers || ["es", "backup"].includes(call.service);
}

function answerOf(status: number, type: string, body: string, error?: string): Answer {
  const headers = { "content-type": type, ...(error && { "x-amzn-errortype": error }) };
  return { status, headers, body: Buffer.from(body) };
}

function ask(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((done, fail) => {
    const rest = without(headers, "transfer-encoding");
    const outgoing = send(new URL(url ?? "/", target), { method, headers: { ...rest, "content-length": body.length } });
    outgoing.on("error", fail).on("response", (response) => {
      buffer(response).then(
        (answer) =>
          done({
            status: response.statusCode ?? 502,
            headers: without(response.headers, "connection", "transfer-encoding"),
            body: answer,
          }),
        fail,
      );
    });
    outgoing.end(body);
  });
}

function without(headers: IncomingHttpHeaders, ...names: string[]): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}
