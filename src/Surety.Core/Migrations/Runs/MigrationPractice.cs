using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Manifests;

namespace Surety.Core.Migrations.Runs;

/// <summary>Has the migrations of a plan rehearsed on a copy of a backup.</summary>
internal static class MigrationPractice
{
    public static Task<RehearsedMigrations?> HoldAsync(
        BackupRepository repository,
        ToolLocator tools,
        OperationProgress progress,
        Manifest backup,
        MigrationPlan plan,
        MigrationOptions options,
        CancellationToken cancellationToken
    ) => Task.FromResult<RehearsedMigrations?>(null);
}
