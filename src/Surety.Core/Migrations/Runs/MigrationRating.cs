using Surety.Core.Migrations.Files;
using Surety.Core.Migrations.Rules;

namespace Surety.Core.Migrations.Runs;

/// <summary>Has the check rate what is to run.</summary>
internal static class MigrationRating
{
    public static IReadOnlyList<MigrationStep> Rate(MigrationFolder folder, IReadOnlyList<MigrationStep> steps) =>
        steps;
}
