import type { Metadata, ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { urnName, urnType } from "../state/urn";
import type { Properties } from "../state/values";
import type { Diff } from "./manager";

export const toStruct = (properties: Properties = {}): Struct => Struct.fromJavaScript(properties);
export const fromStruct = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};

/** What a message has a setter for. */
type Fields<M> = {
  [K in keyof M as K extends `set${infer Name}` ? Uncapitalize<Name> : never]?: M[K] extends (value: infer V) => unknown
    ? V
    : never;
};

/** A message with its fields set. */
export function fill<M extends object>(message: M, fields: Fields<M>): M {
  for (const [name, value] of Object.entries(fields)) {
    const setter = `set${name[0].toUpperCase()}${name.slice(1)}` as keyof M;
    (message[setter] as (value: unknown) => unknown)(value);
  }
  return message;
}

/** The identity of a resource, as the fields of a message about it. */
export const about = (urn: string) => ({ urn, name: urnName(urn), type: urnType(urn) });

export function toDiff(response: proto.DiffResponse): Diff {
  const { ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const details = response.getDetaileddiffMap().toObject(false, (_, diff) => diff.getKind()) as [string, unknown][];
  const kinds: unknown[] = [ADD_REPLACE, DELETE_REPLACE, UPDATE_REPLACE];
  const changes = { [DIFF_NONE]: "none", [DIFF_SOME]: "some" } as Record<number, Diff["changes"]>;
  return {
    changes: changes[response.getChanges()] ?? "unknown",
    replaces: [
      ...response.getReplacesList(),
      ...details.filter(([, kind]) => kinds.includes(kind)).map(([key]) => key),
    ],
    changed: response.getDiffsList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}

/** What a provider reports, inside an error, of a resource that exists but isn't in order. */
export function initFailure(error: Partial<ServiceError>): proto.ErrorResourceInitFailed | undefined {
  const metadata: Metadata | undefined = error.metadata;
  const [details] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(details)) {
    return undefined;
  }
  const [any] = Status.deserializeBinary(details).getDetailsList();
  const read = (bytes: Uint8Array) => proto.ErrorResourceInitFailed.deserializeBinary(bytes);
  return any?.unpack(read, "pulumirpc.ErrorResourceInitFailed") ?? undefined;
}
