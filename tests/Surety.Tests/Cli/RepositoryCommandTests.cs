using Surety.Repository;
using Surety.Repository.Manifests;
using Surety.Repository.Storage.Local;

namespace Surety.Tests.Cli;

public sealed class RepositoryCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("surety-cli-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Backups => Path.Join(folder, "backups");

    [Fact]
    public async Task Init_makes_a_repository_once()
    {
        (await Run("init", "--repo", "backups")).ShouldBe(
            new CommandLineRun(0, $"made a repository in {Backups}\n", "")
        );

        var again = await Run("init", "--repo", "backups");

        again.ExitCode.ShouldBe(1);
        again.Out.ShouldBe("");
        again.Error.ShouldStartWith(
            $"ERROR [repository-exists]: {Backups} is a repository already; nothing was changed\nHINT: "
        );
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show", "latest")]
    [InlineData("verify")]
    public async Task Without_a_repository_the_exit_code_is_10(params string[] command)
    {
        var run = await Run([.. command, "--repo", "backups", "--json"]);

        run.ExitCode.ShouldBe(10);
        run.Out.ShouldContain("\"code\": \"repository-not-found\"");
        Directory.Exists(Backups).ShouldBeFalse();
    }

    [Fact]
    public async Task A_backup_is_listed_shown_and_verified()
    {
        var id = await AddBackupAsync("shop");

        var list = await Run("list", "--repo", "backups");
        var show = await Run("show", "latest", "--repo", "backups", "--json");
        var verify = await Run("verify", id[..12], "--repo", "backups");

        list.ExitCode.ShouldBe(0);
        list.Out.ShouldContain(id);
        show.ExitCode.ShouldBe(0);
        show.Out.ShouldContain($"\"id\": \"{id}\"");
        show.Error.ShouldBe("");
        verify.ExitCode.ShouldBe(0, verify.Error);
        verify.Out.ShouldStartWith("checked 1 backup: 1 object, ");
        verify.Out.ShouldEndWith(" read\neverything is as it was written\n");
    }

    [Fact]
    public async Task Latest_is_that_of_the_named_database()
    {
        var shop = await AddBackupAsync("shop");
        await AddBackupAsync("blog", "20261121T171449Z-k3f9");

        var run = await Run("show", "latest", "--repo", "backups", "--db", "postgres://ann@localhost/shop");

        run.Out.ShouldStartWith($"backup {shop} of shop\n");
    }

    [Fact]
    public async Task Verify_names_what_is_damaged_and_ends_with_3()
    {
        var id = await AddBackupAsync("shop");
        var piece = Directory.GetFiles(Path.Join(Backups, "objects"), "*", SearchOption.AllDirectories).Single();
        File.Delete(piece);

        var run = await Run("verify", "--all", "--repo", "backups");

        run.ExitCode.ShouldBe(3);
        run.Out.ShouldContain("DAMAGED: 1 piece\n");
        run.Out.ShouldContain($"    hurts {id}\n");
    }

    [Fact]
    public async Task List_shows_a_backup_that_cannot_be_read_and_ends_with_3()
    {
        var id = await AddBackupAsync("shop");
        File.WriteAllText(Path.Join(Backups, "backups", $"{id}.json"), "{}");

        var run = await Run("list", "--repo", "backups");

        run.ExitCode.ShouldBe(3);
        run.Out.ShouldStartWith($"no backups\n\nDAMAGED: 1 backup cannot be read\n  {id}: ");
    }

    [Theory]
    [InlineData("verify latest --all", "verify takes an ID or --all, not both")]
    [InlineData(
        "verify latest --older-than 7d",
        "--older-than and --read-data-subset are of all backups, not of one ID"
    )]
    [InlineData(
        "verify --read-data-subset 8/7",
        "'8/7' is no part of the data for --read-data-subset: write 10%, 50G, or 2/7 (of 256 parts at most)"
    )]
    [InlineData("verify --older-than 0", "--older-than takes a duration: 30d or 36h")]
    [InlineData("verify --jobs 0", "--jobs takes a number from 1 to 64")]
    [InlineData("show", "required argument 'ID' missing for command: 'show'")]
    public async Task A_wrong_use_of_a_command_ends_with_2(string line, string fact)
    {
        var run = await Run(line.Split(' '));

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith($"ERROR [invalid-argument]: {fact}; nothing was done\n");
    }

    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.InAsync(folder, arguments);

    private async Task<string> AddBackupAsync(string database, string id = "20261120T171449Z-k3f9")
    {
        using var store = LocalBlobStore.Create(Backups, TimeProvider.System);
        var repository = File.Exists(Path.Join(Backups, "surety.json"))
            ? await BackupRepository.OpenAsync(store, TimeProvider.System, default)
            : await BackupRepository.InitAsync(store, TimeProvider.System, default);
        var stored = await repository.Manifests.StoreContentsAsync(EmptyContents(), default);
        var manifest = SampleBackup.Manifest(id) with { Database = database, Contents = stored.Stream };
        await Manifests.SampleBackup.CommitAsync(repository, manifest);
        return id;
    }

    private static BackupContents EmptyContents()
    {
        var contents = SampleBackup.Contents();
        var nothing = new StoredStream(0, []);
        return contents with { Schema = contents.Schema with { Archive = nothing, Text = nothing } };
    }
}
