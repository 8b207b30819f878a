using Surety.Core.Export;
using Surety.Testing.Files;
using Surety.Tests.Manifests;

namespace Surety.Tests.Export;

public sealed class ExportFolderTests : IDisposable
{
    private const string Stamp = "-export-2026-11-20T17-14-49-000Z.sql";
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Two_files_never_have_one_name()
    {
        using var export = ExportFolder.Open(folder.Path, SampleBackup.Time, ExportCompression.None);

        var script = export.CreatePlain("shop", "sql");
        var table = export.Create("shop", "sql");
        script.Complete();
        table.Complete();
        export.Keep();

        (script.Name, table.Name).ShouldBe(($"shop{Stamp}", $"shop~2{Stamp}"));
    }

    [Fact]
    public void A_name_of_any_length_becomes_one_that_a_file_system_takes()
    {
        using var export = ExportFolder.Open(folder.Path, SampleBackup.Time, ExportCompression.None);
        var subject = ExportFolder.Subject(string.Concat(Enumerable.Repeat("\U0001F9FE", 15)));

        var (first, second) = (
            export.Create($"{subject}.{subject}a", "sql"),
            export.Create($"{subject}.{subject}b", "sql")
        );
        first.Complete();
        second.Complete();
        export.Keep();

        Directory.GetFiles(folder.Path).Length.ShouldBe(2);
    }

    public void Dispose() => folder.Dispose();
}
