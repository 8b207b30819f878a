using Surety.Repository;
using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;
using Surety.Testing.Files;
using Surety.Testing.Time;

namespace Surety.Tests;

public sealed class BackupRepositoryTests : IDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private readonly ManualTimeProvider clock = new();
    private readonly TemporaryFolder folder = new();
    private readonly LocalBlobStore store;

    public BackupRepositoryTests() => store = LocalBlobStore.Create(folder.Combine("repository"), clock);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_new_repository_opens_as_it_was_made()
    {
        var made = await BackupRepository.InitAsync(store, clock, Never);
        var opened = await BackupRepository.OpenAsync(store, clock, Never);

        opened.Info.ShouldBe(made.Info);
        made.Info.Format.ShouldBe(1);
        made.Info.CreatedAt.ShouldBe(clock.GetUtcNow());
        made.Info.Id.ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public async Task A_new_repository_says_how_to_get_the_data_back_without_surety()
    {
        await BackupRepository.InitAsync(store, clock, Never);

        (await File.ReadAllTextAsync(Path.Combine(store.Location, "RECOVER.md"))).ShouldContain("## Without Surety");
    }

    [Fact]
    public async Task One_that_is_gone_or_made_anew_is_no_longer_there()
    {
        using var made = await BackupRepository.InitAsync(store, clock, Never);
        (await made.IsStillThereAsync(Never)).ShouldBeTrue();

        Directory.Delete(store.Location, recursive: true);
        (await made.IsStillThereAsync(Never)).ShouldBeFalse();

        using var anewStore = LocalBlobStore.Create(store.Location, clock);
        using var anew = await BackupRepository.InitAsync(anewStore, clock, Never);
        (await made.IsStillThereAsync(Never)).ShouldBeFalse();
        (await anew.IsStillThereAsync(Never)).ShouldBeTrue();
    }

    [Fact]
    public async Task Two_repositories_have_different_ids()
    {
        using var other = LocalBlobStore.Create(folder.Combine("other"), clock);

        var first = await BackupRepository.InitAsync(store, clock, Never);
        var second = await BackupRepository.InitAsync(other, clock, Never);

        first.Info.Id.ShouldNotBe(second.Info.Id);
    }

    [Fact]
    public async Task A_repository_is_not_made_twice()
    {
        var made = await BackupRepository.InitAsync(store, clock, Never);

        var error = await Should.ThrowAsync<SuretyException>(() => BackupRepository.InitAsync(store, clock, Never));

        error.Code.ShouldBe(ErrorCode.RepositoryExists);
        error.Message.ShouldBe($"{store.Location} is a repository already; nothing was changed");
        (await BackupRepository.OpenAsync(store, clock, Never)).Info.ShouldBe(made.Info);
    }

    [Theory]
    [InlineData("letter.txt")]
    [InlineData("my report (final).docx")]
    [InlineData(".hidden")]
    [InlineData("sub/folder/letter.txt")]
    [InlineData("keys/letter.txt")]
    public async Task A_folder_of_something_else_is_refused_and_left_as_it_is(string name)
    {
        var path = Path.Combine(store.Location, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, "mine");

        var error = await Should.ThrowAsync<SuretyException>(() => BackupRepository.InitAsync(store, clock, Never));

        error.Code.ShouldBe(ErrorCode.TargetNotEmpty);
        error.Message.ShouldBe($"{store.Location} is not empty: it holds {name}; nothing was changed");
        Directory.EnumerateFiles(store.Location, "*", SearchOption.AllDirectories).ShouldBe([path]);
    }

    [Fact]
    public async Task A_folder_without_a_repository_is_not_opened()
    {
        var error = await Should.ThrowAsync<SuretyException>(() => BackupRepository.OpenAsync(store, clock, Never));

        error.Code.ShouldBe(ErrorCode.RepositoryNotFound);
        error.Message.ShouldBe($"{store.Location} is not a repository: it has no surety.json");
        error.Hint.ShouldBe("check the path, or make a repository there with: surety init");
    }

    [Fact]
    public async Task A_repository_of_a_later_format_is_refused_and_not_guessed()
    {
        var later = """{"kind":"repository","format":2,"name":"surety.json"}"""u8.ToArray();
        await store.WriteAsync("surety.json", later, durable: true, Never);

        var error = await Should.ThrowAsync<SuretyException>(() => BackupRepository.OpenAsync(store, clock, Never));

        error.Code.ShouldBe(ErrorCode.RepositoryFormatUnknown);
    }

    [Fact]
    public async Task A_damaged_repository_document_is_told_as_damaged()
    {
        await store.WriteAsync("surety.json", ReadOnlyMemory<byte>.Empty, durable: true, Never);

        var error = await Should.ThrowAsync<SuretyException>(() => BackupRepository.OpenAsync(store, clock, Never));

        error.Code.ShouldBe(ErrorCode.RepositoryDamaged);
    }
}
