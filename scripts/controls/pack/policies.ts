import type { Policies, ReportViolation, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { assess, type Control } from "../control";
import { controls } from "../controls";
import type { Resource } from "../resources";
import { describeOption } from "../verdicts";

/** The controls as policies: those by default are mandatory, those by option advice. */
export const policies: Policies = controls.map(policyOf);

function policyOf(control: Control): ResourceValidationPolicy | StackValidationPolicy {
  const { id, title, option, looks } = control;
  const common = {
    name: id.replaceAll("/", "-"),
    description: `${title}${option ? `; by option: ${describeOption(option)}` : ""}`,
    enforcementLevel: option ? ("advisory" as const) : ("mandatory" as const),
  };
  // What asks no other resource refuses one before it is made.
  return looks.every(({ alone }) => alone)
    ? {
        ...common,
        validateResource: ({ type, name, urn, props }, report) =>
          check(control, [{ type, name, inputs: props, urn }], report),
      }
    : {
        ...common,
        validateStack: ({ resources }, report) =>
          check(
            control,
            resources.map(({ type, name, urn, props }) => ({ type, name, inputs: props, urn })),
            report,
          ),
      };
}

function check(control: Control, resources: (Resource & { urn: string })[], report: ReportViolation): void {
  for (const { resource, problem } of assess(control, resources).violations) {
    const { urn } = resources.find((each) => each === resource) ?? {};
    report(problem, urn);
  }
}
