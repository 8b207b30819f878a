using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Marks;
using Surety.Repository.Verify;
using Surety.Testing.Storage;
using Surety.Tests.Manifests;

namespace Surety.Tests.Verify;

/// <summary>Which backups the next one relies on without reading. Backup N was made at second N.</summary>
public sealed class TrustedBackupsTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData("", "2 3 4")]
    [InlineData("3 sound at 10", "2 3 4")]
    [InlineData("2 sound at 11, 3 sound at 11, 4 sound at 11", "2 3 4")]
    [InlineData("4 damaged at 10", "")]
    [InlineData("2 damaged at 10", "")]
    [InlineData("1 damaged at 10", "")]
    [InlineData("1 damaged at 1", "2 3 4")]
    [InlineData("1 damaged at 10, 2 sound at 10, 3 sound at 10, 4 sound at 10", "2 3 4")]
    [InlineData("2 damaged at 3, 3 sound at 3", "3 4")]
    [InlineData("2 damaged at 10, 3 sound at 9, 4 sound at 11", "4")]
    [InlineData("2 damaged at 10, 3 sound at 12, 4 damaged at 11", "3")]
    [InlineData("4 damaged at 2", "3")]
    public async Task Known_damage_is_in_doubt_and_what_was_there_then_and_is_not_proven_since(
        string verified,
        string trusted
    )
    {
        var repository = await BackupRepository.InitAsync(
            new MemoryBlobStore(TimeProvider.System),
            TimeProvider.System,
            key: null,
            Never
        );
        var backups = Enumerable.Range(1, 4).Select(BackupOf).ToList();
        await repository.Marks.SetAsync(
            verified.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Mark),
            Never
        );

        var chosen = await TrustedBackups.ChooseAsync(repository, backups, Never);

        string.Join(' ', chosen.Select(backup => backup.CreatedAt.Second)).ShouldBe(trusted);
    }

    private static Manifest BackupOf(int number) =>
        SampleBackup.Manifest(SampleBackup.Id(number), new StoredStream(0, [])) is var backup
            ? backup with
            {
                StartedAt = backup.CreatedAt,
            }
            : throw new ArgumentOutOfRangeException(nameof(number));

    private static BackupMark Mark(string words) =>
        words.Split(' ') is [var number, var outcome, _, var second]
            ? new BackupMark
            {
                Backup = SampleBackup.Id(int.Parse(number)),
                Kind = BackupMark.Verified,
                At = BackupOf(int.Parse(second)).CreatedAt,
                Passed = outcome == "sound",
            }
            : throw new ArgumentException(words);
}
