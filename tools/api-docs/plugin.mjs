/** What TypeDoc does not do by itself: exported names without a docstring are warnings, members of anonymous types aside,
 * and types of XState are written without their arguments, which fill pages with what the machine files say better. */
import { Application, Converter, ReferenceType, ReflectionKind } from 'typedoc';

/** Kinds that must say what they are. */
const DOCUMENTED =
  ReflectionKind.Module |
  ReflectionKind.Class |
  ReflectionKind.Interface |
  ReflectionKind.TypeAlias |
  ReflectionKind.Variable |
  ReflectionKind.Function |
  ReflectionKind.Enum |
  ReflectionKind.EnumMember |
  ReflectionKind.Property |
  ReflectionKind.Method |
  ReflectionKind.Accessor;

const isAnonymous = ({ parent }) =>
  parent !== undefined && (parent.kindOf(ReflectionKind.TypeLiteral) || isAnonymous(parent));

/** Inherited members are documented where they are declared. */
const isOwn = ({ inheritedFrom }) => inheritedFrom === undefined;

const hasDocstring = (reflection) =>
  [
    reflection,
    ...reflection.getNonIndexSignatures(),
    ...(reflection.type?.type === 'reflection' ? reflection.type.declaration.getNonIndexSignatures() : []),
  ].some(({ comment }) => comment?.hasVisibleComponent());

function warnOfUndocumented(project, logger) {
  for (const one of project.getReflectionsByKind(DOCUMENTED)) {
    if (isAnonymous(one) || !isOwn(one) || hasDocstring(one)) continue;
    logger.validationWarning(`${one.getFriendlyFullName()} has no docstring`);
  }
}

function shortenXState({ project }) {
  for (const one of project.getReflectionsByKind(ReflectionKind.All)) {
    const { type } = one;
    if (!(type instanceof ReferenceType) || type.package !== 'xstate' || !type.typeArguments) continue;
    project.removeTypeReflections(type);
    type.typeArguments = undefined;
  }
}

/** @param {Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, shortenXState);
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => warnOfUndocumented(project, app.logger));
}
