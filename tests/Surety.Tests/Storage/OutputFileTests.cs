using Surety.Repository.Errors;
using Surety.Repository.Storage.Local;
using Surety.Testing.Files;

namespace Surety.Tests.Storage;

public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Path => folder.Combine("shop.tar");

    [Fact]
    public void What_a_killed_run_left_is_replaced_by_a_file_that_is_its_owners_alone()
    {
        File.WriteAllText($"{Path}.partial", "left");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode($"{Path}.partial", (UnixFileMode)0b110_110_110);
        }

        Write("new");

        File.ReadAllText(Path).ShouldBe("new");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void A_link_in_its_place_is_not_followed()
    {
        var other = folder.Combine("other");
        File.WriteAllText(other, "of somebody else");
        File.CreateSymbolicLink($"{Path}.partial", other);

        Write("new");

        File.ReadAllText(other).ShouldBe("of somebody else");
        File.ReadAllText(Path).ShouldBe("new");
        new FileInfo(Path).LinkTarget.ShouldBeNull();
    }

    [Fact]
    public void Two_runs_do_not_write_one_file()
    {
        using var first = OutputFile.Create(Path);

        Should.Throw<SuretyException>(() => OutputFile.Create(Path)).Code.ShouldBe(ErrorCode.OutputUnwritable);

        first.Complete();
        File.Exists(Path).ShouldBeTrue();
    }

    [Fact]
    public void A_file_that_came_meanwhile_is_kept()
    {
        using (var file = OutputFile.Create(Path))
        {
            File.WriteAllText(Path, "mine");
            Should.Throw<SuretyException>(() => file.Complete()).Code.ShouldBe(ErrorCode.OutputUnwritable);
        }

        File.ReadAllText(Path).ShouldBe("mine");
        File.Exists($"{Path}.partial").ShouldBeFalse();
    }

    public void Dispose() => folder.Dispose();

    private void Write(string text)
    {
        using var file = OutputFile.Create(Path);
        file.Content.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Complete();
    }
}
