using Surety.Core.Capture;
using Surety.Core.Postgres.Tools;
using Surety.Core.Progress;
using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Manifests;
using Surety.Repository.Verify;

namespace Surety.Core.Guard;

/// <summary>A backup that exists and whose every byte was read again: what has to be there before anything is changed.</summary>
internal sealed class VerifiedBackup(
    BackupRepository repository,
    ToolLocator tools,
    TimeProvider clock,
    OperationProgress progress
)
{
    /// <param name="otherwise">What is true where it does not verify, to end a sentence with.</param>
    /// <exception cref="SuretyException">ObjectDamaged, and what a backup or a verification throws.</exception>
    public async Task<Manifest> TakeAsync(CaptureOptions options, string otherwise, CancellationToken cancellationToken)
    {
        var manifest = await new SnapshotCapture(repository, tools, clock, progress).RunAsync(
            options,
            cancellationToken
        );
        progress.Begin("verifying the backup");
        var verified = await new RepositoryVerification(repository).RunAsync(
            [manifest],
            (_, bytes) => progress.Add(0, bytes),
            options.Jobs,
            cancellationToken
        );
        await MarkAsync(verified, cancellationToken);
        return verified.Damaged is not [var damage, ..]
            ? manifest
            : throw new SuretyException(
                ErrorCode.ObjectDamaged,
                $"backup {manifest.Id} was made, but does not verify: {damage.Fact}; {otherwise}",
                "run it again: now that the damage is known, the next backup writes the piece anew; and check the disk under "
                    + "the repository"
            );
    }

    /// <summary>For <c>list</c>, and for the next backup, which writes anew what is damaged. The finding stands without.</summary>
    private async Task MarkAsync(VerifyReport verified, CancellationToken cancellationToken)
    {
        try
        {
            await repository.Marks.SetAsync(verified.Marks(clock.GetUtcNow()), cancellationToken);
        }
        catch (SuretyException)
        {
            // What was to be protected counts more than that it is listed as verified.
        }
    }
}
