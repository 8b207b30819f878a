using Surety.Bench;

return args switch
{
    ["read-limit", .. var rest] => ReadLimit.Run(new Arguments(rest)),
    ["compare", .. var rest] => await Comparison.RunAsync(new Arguments(rest)),
    ["month", .. var rest] => await Comparison.MonthAsync(new Arguments(rest)),
    ["server-load", .. var rest] => await ServerLoad.RunAsync(new Arguments(rest)),
    ["pages", .. var rest] => await PageTimes.RunAsync(new Arguments(rest)),
    ["make-repository", .. var rest] => await LargeRepository.RunAsync(new Arguments(rest)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Surety.Bench read-limit --db URL --table NAME... [--jobs N] [--npgsql]");
    Console.Error.WriteLine("       Surety.Bench compare --surety PROGRAM [--rounds N] [--scale N] [--orders N]");
    Console.Error.WriteLine(
        "       Surety.Bench month --surety PROGRAM [--days N] [--scale N] [--orders N] [--scattered] [--alone]"
    );
    Console.Error.WriteLine(
        "       Surety.Bench server-load --surety PROGRAM [--readers N] [--pause MS] [--scale N] [--rounds N]"
    );
    Console.Error.WriteLine(
        "       Surety.Bench pages --surety PROGRAM [--backups N] [--hours N] [--records N] [--rounds N]"
    );
    Console.Error.WriteLine(
        "       Surety.Bench make-repository --path FOLDER [--backups N] [--hours N] [--objects N] [--live N] [--records N]"
    );
    return 2;
}
