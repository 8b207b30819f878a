using Surety.Repository.Encryption;
using Surety.Repository.Errors;
using Surety.Testing.Files;

namespace Surety.Tests.Encryption;

public sealed class KeyFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> warnings = [];

    public void Dispose() => folder.Dispose();

    private string Path => folder.Combine("backup.key");

    [Fact]
    public void A_new_key_file_is_its_owners_alone_and_is_read_again()
    {
        using var made = KeyFile.Create(Path);
        using var read = KeyFile.ReadKey(Path, warnings.Add);

        read.Bytes.Span.SequenceEqual(made.Bytes.Span).ShouldBeTrue();
        File.GetUnixFileMode(Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_exists_is_never_replaced()
    {
        Write("mine");

        var error = Should.Throw<SuretyException>(() => KeyFile.Create(Path));

        error.Code.ShouldBe(ErrorCode.KeyFileUnusable);
        File.ReadAllText(Path).ShouldBe("mine");
    }

    [Fact]
    public void A_key_that_was_mistyped_is_told_as_that()
    {
        KeyFile.Create(Path).Dispose();
        var text = File.ReadAllText(Path);
        var at = text.IndexOf("surety-key-1:", StringComparison.Ordinal);
        for (var i = at; i < text.TrimEnd().Length; i++)
        {
            Write(text[..i] + (text[i] == '0' ? '1' : '0') + text[(i + 1)..]);

            var error = Should.Throw<SuretyException>(() => KeyFile.ReadKey(Path, warnings.Add));

            error.Code.ShouldBe(ErrorCode.KeyFileUnusable);
            error.Message.ShouldNotContain(text[at..].Split(':')[1][8..40]);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("correct horse")]
    [InlineData("surety-key-2:00:00\n")]
    public void What_is_no_key_file_is_refused(string text)
    {
        Write(text);

        Should
            .Throw<SuretyException>(() => KeyFile.ReadKey(Path, warnings.Add))
            .Code.ShouldBe(ErrorCode.KeyFileUnusable);
    }

    [Theory]
    [InlineData("correct horse", "correct horse")]
    [InlineData("correct horse\n", "correct horse")]
    [InlineData(" ünï \r\n", " ünï ")]
    public void A_passphrase_is_all_of_its_file_without_the_newline(string text, string expected)
    {
        Write(text);

        using var read = KeyFile.ReadPassphrase(Path, warnings.Add);

        System.Text.Encoding.UTF8.GetString(read.Bytes.Span).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("one\ntwo\n")]
    public void A_file_that_is_no_passphrase_is_refused(string text)
    {
        Write(text);

        Should
            .Throw<SuretyException>(() => KeyFile.ReadPassphrase(Path, warnings.Add))
            .Code.ShouldBe(ErrorCode.KeyFileUnusable);
    }

    [Fact]
    public void Who_keeps_a_key_where_others_may_read_it_is_told()
    {
        KeyFile.Create(Path).Dispose();
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        KeyFile.ReadKey(Path, warnings.Add).Dispose();

        warnings.ShouldBe([$"others may read the key file {Path}; run chmod 600 on it"]);
    }

    private void Write(string text)
    {
        using var file = new StreamWriter(Path, append: false);
        file.Write(text);
    }
}
