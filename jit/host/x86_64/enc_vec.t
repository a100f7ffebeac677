/* Golden rows of the vector encoders, as enc.t. */
ENC("66 0f db ca", x_vec_rr(b, XOP(0x66, 1, 0xdb), false, XMM0 + 1, XNONE, XMM0 + 2), "pand xmm1,xmm2")
ENC("c5 b1 db ca", x_vec_rr(b, XOP(0x66, 1, 0xdb), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpand xmm1,xmm9,xmm2")
ENC("66 45 0f df e6", x_vec_rr(b, XOP(0x66, 1, 0xdf), false, XMM0 + 12, XNONE, XMM0 + 14), "pandn xmm12,xmm14")
ENC("c4 41 61 df e6", x_vec_rr(b, XOP(0x66, 1, 0xdf), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpandn xmm12,xmm3,xmm14")
ENC("66 0f eb c5", x_vec_rr(b, XOP(0x66, 1, 0xeb), false, XMM0 + 0, XNONE, XMM0 + 5), "por xmm0,xmm5")
ENC("c5 81 eb c5", x_vec_rr(b, XOP(0x66, 1, 0xeb), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpor xmm0,xmm15,xmm5")
ENC("c4 c1 01 eb 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xeb), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpor xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f ef c6", x_vec_rr(b, XOP(0x66, 1, 0xef), false, XMM0 + 8, XNONE, XMM0 + 6), "pxor xmm8,xmm6")
ENC("c5 41 ef c6", x_vec_rr(b, XOP(0x66, 1, 0xef), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpxor xmm8,xmm7,xmm6")
ENC("66 0f fc ca", x_vec_rr(b, XOP(0x66, 1, 0xfc), false, XMM0 + 1, XNONE, XMM0 + 2), "paddb xmm1,xmm2")
ENC("c5 b1 fc ca", x_vec_rr(b, XOP(0x66, 1, 0xfc), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpaddb xmm1,xmm9,xmm2")
ENC("66 45 0f fd e6", x_vec_rr(b, XOP(0x66, 1, 0xfd), false, XMM0 + 12, XNONE, XMM0 + 14), "paddw xmm12,xmm14")
ENC("c4 41 61 fd e6", x_vec_rr(b, XOP(0x66, 1, 0xfd), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpaddw xmm12,xmm3,xmm14")
ENC("c4 41 61 fd 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xfd), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpaddw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f fe c5", x_vec_rr(b, XOP(0x66, 1, 0xfe), false, XMM0 + 0, XNONE, XMM0 + 5), "paddd xmm0,xmm5")
ENC("c5 81 fe c5", x_vec_rr(b, XOP(0x66, 1, 0xfe), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpaddd xmm0,xmm15,xmm5")
ENC("66 44 0f d4 c6", x_vec_rr(b, XOP(0x66, 1, 0xd4), false, XMM0 + 8, XNONE, XMM0 + 6), "paddq xmm8,xmm6")
ENC("c5 41 d4 c6", x_vec_rr(b, XOP(0x66, 1, 0xd4), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpaddq xmm8,xmm7,xmm6")
ENC("66 0f f8 ca", x_vec_rr(b, XOP(0x66, 1, 0xf8), false, XMM0 + 1, XNONE, XMM0 + 2), "psubb xmm1,xmm2")
ENC("c5 b1 f8 ca", x_vec_rr(b, XOP(0x66, 1, 0xf8), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpsubb xmm1,xmm9,xmm2")
ENC("c4 c1 31 f8 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xf8), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpsubb xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f f9 e6", x_vec_rr(b, XOP(0x66, 1, 0xf9), false, XMM0 + 12, XNONE, XMM0 + 14), "psubw xmm12,xmm14")
ENC("c4 41 61 f9 e6", x_vec_rr(b, XOP(0x66, 1, 0xf9), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsubw xmm12,xmm3,xmm14")
ENC("66 0f fa c5", x_vec_rr(b, XOP(0x66, 1, 0xfa), false, XMM0 + 0, XNONE, XMM0 + 5), "psubd xmm0,xmm5")
ENC("c5 81 fa c5", x_vec_rr(b, XOP(0x66, 1, 0xfa), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsubd xmm0,xmm15,xmm5")
ENC("66 44 0f fb c6", x_vec_rr(b, XOP(0x66, 1, 0xfb), false, XMM0 + 8, XNONE, XMM0 + 6), "psubq xmm8,xmm6")
ENC("c5 41 fb c6", x_vec_rr(b, XOP(0x66, 1, 0xfb), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpsubq xmm8,xmm7,xmm6")
ENC("c4 41 41 fb 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xfb), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpsubq xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 74 ca", x_vec_rr(b, XOP(0x66, 1, 0x74), false, XMM0 + 1, XNONE, XMM0 + 2), "pcmpeqb xmm1,xmm2")
ENC("c5 b1 74 ca", x_vec_rr(b, XOP(0x66, 1, 0x74), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpcmpeqb xmm1,xmm9,xmm2")
ENC("66 45 0f 75 e6", x_vec_rr(b, XOP(0x66, 1, 0x75), false, XMM0 + 12, XNONE, XMM0 + 14), "pcmpeqw xmm12,xmm14")
ENC("c4 41 61 75 e6", x_vec_rr(b, XOP(0x66, 1, 0x75), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpcmpeqw xmm12,xmm3,xmm14")
ENC("66 0f 76 c5", x_vec_rr(b, XOP(0x66, 1, 0x76), false, XMM0 + 0, XNONE, XMM0 + 5), "pcmpeqd xmm0,xmm5")
ENC("c5 81 76 c5", x_vec_rr(b, XOP(0x66, 1, 0x76), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpcmpeqd xmm0,xmm15,xmm5")
ENC("c4 c1 01 76 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x76), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpcmpeqd xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 64 c6", x_vec_rr(b, XOP(0x66, 1, 0x64), false, XMM0 + 8, XNONE, XMM0 + 6), "pcmpgtb xmm8,xmm6")
ENC("c5 41 64 c6", x_vec_rr(b, XOP(0x66, 1, 0x64), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpcmpgtb xmm8,xmm7,xmm6")
ENC("66 0f 65 ca", x_vec_rr(b, XOP(0x66, 1, 0x65), false, XMM0 + 1, XNONE, XMM0 + 2), "pcmpgtw xmm1,xmm2")
ENC("c5 b1 65 ca", x_vec_rr(b, XOP(0x66, 1, 0x65), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpcmpgtw xmm1,xmm9,xmm2")
ENC("66 45 0f 66 e6", x_vec_rr(b, XOP(0x66, 1, 0x66), false, XMM0 + 12, XNONE, XMM0 + 14), "pcmpgtd xmm12,xmm14")
ENC("c4 41 61 66 e6", x_vec_rr(b, XOP(0x66, 1, 0x66), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpcmpgtd xmm12,xmm3,xmm14")
ENC("c4 41 61 66 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x66), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpcmpgtd xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f ea c5", x_vec_rr(b, XOP(0x66, 1, 0xea), false, XMM0 + 0, XNONE, XMM0 + 5), "pminsw xmm0,xmm5")
ENC("c5 81 ea c5", x_vec_rr(b, XOP(0x66, 1, 0xea), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpminsw xmm0,xmm15,xmm5")
ENC("66 44 0f ee c6", x_vec_rr(b, XOP(0x66, 1, 0xee), false, XMM0 + 8, XNONE, XMM0 + 6), "pmaxsw xmm8,xmm6")
ENC("c5 41 ee c6", x_vec_rr(b, XOP(0x66, 1, 0xee), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmaxsw xmm8,xmm7,xmm6")
ENC("66 0f da ca", x_vec_rr(b, XOP(0x66, 1, 0xda), false, XMM0 + 1, XNONE, XMM0 + 2), "pminub xmm1,xmm2")
ENC("c5 b1 da ca", x_vec_rr(b, XOP(0x66, 1, 0xda), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpminub xmm1,xmm9,xmm2")
ENC("c4 c1 31 da 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xda), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpminub xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f de e6", x_vec_rr(b, XOP(0x66, 1, 0xde), false, XMM0 + 12, XNONE, XMM0 + 14), "pmaxub xmm12,xmm14")
ENC("c4 41 61 de e6", x_vec_rr(b, XOP(0x66, 1, 0xde), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmaxub xmm12,xmm3,xmm14")
ENC("66 0f ec c5", x_vec_rr(b, XOP(0x66, 1, 0xec), false, XMM0 + 0, XNONE, XMM0 + 5), "paddsb xmm0,xmm5")
ENC("c5 81 ec c5", x_vec_rr(b, XOP(0x66, 1, 0xec), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpaddsb xmm0,xmm15,xmm5")
ENC("66 44 0f ed c6", x_vec_rr(b, XOP(0x66, 1, 0xed), false, XMM0 + 8, XNONE, XMM0 + 6), "paddsw xmm8,xmm6")
ENC("c5 41 ed c6", x_vec_rr(b, XOP(0x66, 1, 0xed), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpaddsw xmm8,xmm7,xmm6")
ENC("c4 41 41 ed 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xed), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpaddsw xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f dc ca", x_vec_rr(b, XOP(0x66, 1, 0xdc), false, XMM0 + 1, XNONE, XMM0 + 2), "paddusb xmm1,xmm2")
ENC("c5 b1 dc ca", x_vec_rr(b, XOP(0x66, 1, 0xdc), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpaddusb xmm1,xmm9,xmm2")
ENC("66 45 0f dd e6", x_vec_rr(b, XOP(0x66, 1, 0xdd), false, XMM0 + 12, XNONE, XMM0 + 14), "paddusw xmm12,xmm14")
ENC("c4 41 61 dd e6", x_vec_rr(b, XOP(0x66, 1, 0xdd), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpaddusw xmm12,xmm3,xmm14")
ENC("66 0f e8 c5", x_vec_rr(b, XOP(0x66, 1, 0xe8), false, XMM0 + 0, XNONE, XMM0 + 5), "psubsb xmm0,xmm5")
ENC("c5 81 e8 c5", x_vec_rr(b, XOP(0x66, 1, 0xe8), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsubsb xmm0,xmm15,xmm5")
ENC("c4 c1 01 e8 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xe8), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpsubsb xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f e9 c6", x_vec_rr(b, XOP(0x66, 1, 0xe9), false, XMM0 + 8, XNONE, XMM0 + 6), "psubsw xmm8,xmm6")
ENC("c5 41 e9 c6", x_vec_rr(b, XOP(0x66, 1, 0xe9), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpsubsw xmm8,xmm7,xmm6")
ENC("66 0f d8 ca", x_vec_rr(b, XOP(0x66, 1, 0xd8), false, XMM0 + 1, XNONE, XMM0 + 2), "psubusb xmm1,xmm2")
ENC("c5 b1 d8 ca", x_vec_rr(b, XOP(0x66, 1, 0xd8), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpsubusb xmm1,xmm9,xmm2")
ENC("66 45 0f d9 e6", x_vec_rr(b, XOP(0x66, 1, 0xd9), false, XMM0 + 12, XNONE, XMM0 + 14), "psubusw xmm12,xmm14")
ENC("c4 41 61 d9 e6", x_vec_rr(b, XOP(0x66, 1, 0xd9), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsubusw xmm12,xmm3,xmm14")
ENC("c4 41 61 d9 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xd9), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpsubusw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f e0 c5", x_vec_rr(b, XOP(0x66, 1, 0xe0), false, XMM0 + 0, XNONE, XMM0 + 5), "pavgb xmm0,xmm5")
ENC("c5 81 e0 c5", x_vec_rr(b, XOP(0x66, 1, 0xe0), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpavgb xmm0,xmm15,xmm5")
ENC("66 44 0f e3 c6", x_vec_rr(b, XOP(0x66, 1, 0xe3), false, XMM0 + 8, XNONE, XMM0 + 6), "pavgw xmm8,xmm6")
ENC("c5 41 e3 c6", x_vec_rr(b, XOP(0x66, 1, 0xe3), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpavgw xmm8,xmm7,xmm6")
ENC("66 0f d5 ca", x_vec_rr(b, XOP(0x66, 1, 0xd5), false, XMM0 + 1, XNONE, XMM0 + 2), "pmullw xmm1,xmm2")
ENC("c5 b1 d5 ca", x_vec_rr(b, XOP(0x66, 1, 0xd5), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmullw xmm1,xmm9,xmm2")
ENC("c4 c1 31 d5 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xd5), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpmullw xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f e5 e6", x_vec_rr(b, XOP(0x66, 1, 0xe5), false, XMM0 + 12, XNONE, XMM0 + 14), "pmulhw xmm12,xmm14")
ENC("c4 41 61 e5 e6", x_vec_rr(b, XOP(0x66, 1, 0xe5), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmulhw xmm12,xmm3,xmm14")
ENC("66 0f e4 c5", x_vec_rr(b, XOP(0x66, 1, 0xe4), false, XMM0 + 0, XNONE, XMM0 + 5), "pmulhuw xmm0,xmm5")
ENC("c5 81 e4 c5", x_vec_rr(b, XOP(0x66, 1, 0xe4), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpmulhuw xmm0,xmm15,xmm5")
ENC("66 44 0f f4 c6", x_vec_rr(b, XOP(0x66, 1, 0xf4), false, XMM0 + 8, XNONE, XMM0 + 6), "pmuludq xmm8,xmm6")
ENC("c5 41 f4 c6", x_vec_rr(b, XOP(0x66, 1, 0xf4), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmuludq xmm8,xmm7,xmm6")
ENC("c4 41 41 f4 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0xf4), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpmuludq xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f f5 ca", x_vec_rr(b, XOP(0x66, 1, 0xf5), false, XMM0 + 1, XNONE, XMM0 + 2), "pmaddwd xmm1,xmm2")
ENC("c5 b1 f5 ca", x_vec_rr(b, XOP(0x66, 1, 0xf5), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmaddwd xmm1,xmm9,xmm2")
ENC("66 45 0f 60 e6", x_vec_rr(b, XOP(0x66, 1, 0x60), false, XMM0 + 12, XNONE, XMM0 + 14), "punpcklbw xmm12,xmm14")
ENC("c4 41 61 60 e6", x_vec_rr(b, XOP(0x66, 1, 0x60), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpunpcklbw xmm12,xmm3,xmm14")
ENC("66 0f 61 c5", x_vec_rr(b, XOP(0x66, 1, 0x61), false, XMM0 + 0, XNONE, XMM0 + 5), "punpcklwd xmm0,xmm5")
ENC("c5 81 61 c5", x_vec_rr(b, XOP(0x66, 1, 0x61), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpunpcklwd xmm0,xmm15,xmm5")
ENC("c4 c1 01 61 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x61), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpunpcklwd xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 62 c6", x_vec_rr(b, XOP(0x66, 1, 0x62), false, XMM0 + 8, XNONE, XMM0 + 6), "punpckldq xmm8,xmm6")
ENC("c5 41 62 c6", x_vec_rr(b, XOP(0x66, 1, 0x62), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpunpckldq xmm8,xmm7,xmm6")
ENC("66 0f 6c ca", x_vec_rr(b, XOP(0x66, 1, 0x6c), false, XMM0 + 1, XNONE, XMM0 + 2), "punpcklqdq xmm1,xmm2")
ENC("c5 b1 6c ca", x_vec_rr(b, XOP(0x66, 1, 0x6c), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpunpcklqdq xmm1,xmm9,xmm2")
ENC("66 45 0f 68 e6", x_vec_rr(b, XOP(0x66, 1, 0x68), false, XMM0 + 12, XNONE, XMM0 + 14), "punpckhbw xmm12,xmm14")
ENC("c4 41 61 68 e6", x_vec_rr(b, XOP(0x66, 1, 0x68), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpunpckhbw xmm12,xmm3,xmm14")
ENC("c4 41 61 68 64 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x68), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpunpckhbw xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 69 c5", x_vec_rr(b, XOP(0x66, 1, 0x69), false, XMM0 + 0, XNONE, XMM0 + 5), "punpckhwd xmm0,xmm5")
ENC("c5 81 69 c5", x_vec_rr(b, XOP(0x66, 1, 0x69), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpunpckhwd xmm0,xmm15,xmm5")
ENC("66 44 0f 6a c6", x_vec_rr(b, XOP(0x66, 1, 0x6a), false, XMM0 + 8, XNONE, XMM0 + 6), "punpckhdq xmm8,xmm6")
ENC("c5 41 6a c6", x_vec_rr(b, XOP(0x66, 1, 0x6a), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpunpckhdq xmm8,xmm7,xmm6")
ENC("66 0f 6d ca", x_vec_rr(b, XOP(0x66, 1, 0x6d), false, XMM0 + 1, XNONE, XMM0 + 2), "punpckhqdq xmm1,xmm2")
ENC("c5 b1 6d ca", x_vec_rr(b, XOP(0x66, 1, 0x6d), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpunpckhqdq xmm1,xmm9,xmm2")
ENC("c4 c1 31 6d 4c 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x6d), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpunpckhqdq xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f 63 e6", x_vec_rr(b, XOP(0x66, 1, 0x63), false, XMM0 + 12, XNONE, XMM0 + 14), "packsswb xmm12,xmm14")
ENC("c4 41 61 63 e6", x_vec_rr(b, XOP(0x66, 1, 0x63), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpacksswb xmm12,xmm3,xmm14")
ENC("66 0f 67 c5", x_vec_rr(b, XOP(0x66, 1, 0x67), false, XMM0 + 0, XNONE, XMM0 + 5), "packuswb xmm0,xmm5")
ENC("c5 81 67 c5", x_vec_rr(b, XOP(0x66, 1, 0x67), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpackuswb xmm0,xmm15,xmm5")
ENC("66 44 0f 6b c6", x_vec_rr(b, XOP(0x66, 1, 0x6b), false, XMM0 + 8, XNONE, XMM0 + 6), "packssdw xmm8,xmm6")
ENC("c5 41 6b c6", x_vec_rr(b, XOP(0x66, 1, 0x6b), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpackssdw xmm8,xmm7,xmm6")
ENC("c4 41 41 6b 44 91 40",
    x_vec_rm(b, XOP(0x66, 1, 0x6b), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpackssdw xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 02 ca", x_vec_rr(b, XOP(0x66, 2, 0x02), false, XMM0 + 1, XNONE, XMM0 + 2), "phaddd xmm1,xmm2")
ENC("c4 e2 31 02 ca", x_vec_rr(b, XOP(0x66, 2, 0x02), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vphaddd xmm1,xmm9,xmm2")
ENC("66 45 0f 38 00 e6", x_vec_rr(b, XOP(0x66, 2, 0x00), false, XMM0 + 12, XNONE, XMM0 + 14), "pshufb xmm12,xmm14")
ENC("c4 42 61 00 e6", x_vec_rr(b, XOP(0x66, 2, 0x00), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpshufb xmm12,xmm3,xmm14")
ENC("66 0f 38 04 c5", x_vec_rr(b, XOP(0x66, 2, 0x04), false, XMM0 + 0, XNONE, XMM0 + 5), "pmaddubsw xmm0,xmm5")
ENC("c4 e2 01 04 c5", x_vec_rr(b, XOP(0x66, 2, 0x04), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpmaddubsw xmm0,xmm15,xmm5")
ENC("c4 c2 01 04 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x04), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpmaddubsw xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 38 0b c6", x_vec_rr(b, XOP(0x66, 2, 0x0b), false, XMM0 + 8, XNONE, XMM0 + 6), "pmulhrsw xmm8,xmm6")
ENC("c4 62 41 0b c6", x_vec_rr(b, XOP(0x66, 2, 0x0b), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmulhrsw xmm8,xmm7,xmm6")
ENC("66 0f 38 28 ca", x_vec_rr(b, XOP(0x66, 2, 0x28), false, XMM0 + 1, XNONE, XMM0 + 2), "pmuldq xmm1,xmm2")
ENC("c4 e2 31 28 ca", x_vec_rr(b, XOP(0x66, 2, 0x28), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmuldq xmm1,xmm9,xmm2")
ENC("66 45 0f 38 29 e6", x_vec_rr(b, XOP(0x66, 2, 0x29), false, XMM0 + 12, XNONE, XMM0 + 14), "pcmpeqq xmm12,xmm14")
ENC("c4 42 61 29 e6", x_vec_rr(b, XOP(0x66, 2, 0x29), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpcmpeqq xmm12,xmm3,xmm14")
ENC("c4 42 61 29 64 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x29), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpcmpeqq xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 2b c5", x_vec_rr(b, XOP(0x66, 2, 0x2b), false, XMM0 + 0, XNONE, XMM0 + 5), "packusdw xmm0,xmm5")
ENC("c4 e2 01 2b c5", x_vec_rr(b, XOP(0x66, 2, 0x2b), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpackusdw xmm0,xmm15,xmm5")
ENC("66 44 0f 38 37 c6", x_vec_rr(b, XOP(0x66, 2, 0x37), false, XMM0 + 8, XNONE, XMM0 + 6), "pcmpgtq xmm8,xmm6")
ENC("c4 62 41 37 c6", x_vec_rr(b, XOP(0x66, 2, 0x37), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpcmpgtq xmm8,xmm7,xmm6")
ENC("66 0f 38 38 ca", x_vec_rr(b, XOP(0x66, 2, 0x38), false, XMM0 + 1, XNONE, XMM0 + 2), "pminsb xmm1,xmm2")
ENC("c4 e2 31 38 ca", x_vec_rr(b, XOP(0x66, 2, 0x38), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpminsb xmm1,xmm9,xmm2")
ENC("c4 c2 31 38 4c 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x38), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vpminsb xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f 38 39 e6", x_vec_rr(b, XOP(0x66, 2, 0x39), false, XMM0 + 12, XNONE, XMM0 + 14), "pminsd xmm12,xmm14")
ENC("c4 42 61 39 e6", x_vec_rr(b, XOP(0x66, 2, 0x39), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpminsd xmm12,xmm3,xmm14")
ENC("66 0f 38 3a c5", x_vec_rr(b, XOP(0x66, 2, 0x3a), false, XMM0 + 0, XNONE, XMM0 + 5), "pminuw xmm0,xmm5")
ENC("c4 e2 01 3a c5", x_vec_rr(b, XOP(0x66, 2, 0x3a), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpminuw xmm0,xmm15,xmm5")
ENC("66 44 0f 38 3b c6", x_vec_rr(b, XOP(0x66, 2, 0x3b), false, XMM0 + 8, XNONE, XMM0 + 6), "pminud xmm8,xmm6")
ENC("c4 62 41 3b c6", x_vec_rr(b, XOP(0x66, 2, 0x3b), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpminud xmm8,xmm7,xmm6")
ENC("c4 42 41 3b 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x3b), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)),
    "vpminud xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 3c ca", x_vec_rr(b, XOP(0x66, 2, 0x3c), false, XMM0 + 1, XNONE, XMM0 + 2), "pmaxsb xmm1,xmm2")
ENC("c4 e2 31 3c ca", x_vec_rr(b, XOP(0x66, 2, 0x3c), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmaxsb xmm1,xmm9,xmm2")
ENC("66 45 0f 38 3d e6", x_vec_rr(b, XOP(0x66, 2, 0x3d), false, XMM0 + 12, XNONE, XMM0 + 14), "pmaxsd xmm12,xmm14")
ENC("c4 42 61 3d e6", x_vec_rr(b, XOP(0x66, 2, 0x3d), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpmaxsd xmm12,xmm3,xmm14")
ENC("66 0f 38 3e c5", x_vec_rr(b, XOP(0x66, 2, 0x3e), false, XMM0 + 0, XNONE, XMM0 + 5), "pmaxuw xmm0,xmm5")
ENC("c4 e2 01 3e c5", x_vec_rr(b, XOP(0x66, 2, 0x3e), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpmaxuw xmm0,xmm15,xmm5")
ENC("c4 c2 01 3e 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x3e), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpmaxuw xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 44 0f 38 3f c6", x_vec_rr(b, XOP(0x66, 2, 0x3f), false, XMM0 + 8, XNONE, XMM0 + 6), "pmaxud xmm8,xmm6")
ENC("c4 62 41 3f c6", x_vec_rr(b, XOP(0x66, 2, 0x3f), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpmaxud xmm8,xmm7,xmm6")
ENC("66 0f 38 40 ca", x_vec_rr(b, XOP(0x66, 2, 0x40), false, XMM0 + 1, XNONE, XMM0 + 2), "pmulld xmm1,xmm2")
ENC("c4 e2 31 40 ca", x_vec_rr(b, XOP(0x66, 2, 0x40), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpmulld xmm1,xmm9,xmm2")
ENC("66 45 0f 38 dc e6", x_vec_rr(b, XOP(0x66, 2, 0xdc), false, XMM0 + 12, XNONE, XMM0 + 14), "aesenc xmm12,xmm14")
ENC("c4 42 61 dc e6", x_vec_rr(b, XOP(0x66, 2, 0xdc), true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vaesenc xmm12,xmm3,xmm14")
ENC("c4 42 61 dc 64 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0xdc), true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vaesenc xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 38 dd c5", x_vec_rr(b, XOP(0x66, 2, 0xdd), false, XMM0 + 0, XNONE, XMM0 + 5), "aesenclast xmm0,xmm5")
ENC("c4 e2 01 dd c5", x_vec_rr(b, XOP(0x66, 2, 0xdd), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vaesenclast xmm0,xmm15,xmm5")
ENC("66 44 0f 38 de c6", x_vec_rr(b, XOP(0x66, 2, 0xde), false, XMM0 + 8, XNONE, XMM0 + 6), "aesdec xmm8,xmm6")
ENC("c4 62 41 de c6", x_vec_rr(b, XOP(0x66, 2, 0xde), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vaesdec xmm8,xmm7,xmm6")
ENC("66 0f 38 df ca", x_vec_rr(b, XOP(0x66, 2, 0xdf), false, XMM0 + 1, XNONE, XMM0 + 2), "aesdeclast xmm1,xmm2")
ENC("c4 e2 31 df ca", x_vec_rr(b, XOP(0x66, 2, 0xdf), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vaesdeclast xmm1,xmm9,xmm2")
ENC("c4 c2 31 df 4c 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0xdf), true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)),
    "vaesdeclast xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 45 0f 3a 0f e6 05",
    x_vec_rr(b, XOP(0x66, 3, 0x0f), false, XMM0 + 12, XNONE, XMM0 + 14); x_byte(b, 0x5),
    "palignr xmm12,xmm14,0x5")
ENC("c4 43 61 0f e6 05",
    x_vec_rr(b, XOP(0x66, 3, 0x0f), true, XMM0 + 12, XMM0 + 3, XMM0 + 14); x_byte(b, 0x5),
    "vpalignr xmm12,xmm3,xmm14,0x5")
ENC("66 0f 3a 0e c5 cc",
    x_vec_rr(b, XOP(0x66, 3, 0x0e), false, XMM0 + 0, XNONE, XMM0 + 5); x_byte(b, 0xcc),
    "pblendw xmm0,xmm5,0xcc")
ENC("c4 e3 01 0e c5 cc",
    x_vec_rr(b, XOP(0x66, 3, 0x0e), true, XMM0 + 0, XMM0 + 15, XMM0 + 5); x_byte(b, 0xcc),
    "vpblendw xmm0,xmm15,xmm5,0xcc")
ENC("66 44 0f 3a 44 c6 11",
    x_vec_rr(b, XOP(0x66, 3, 0x44), false, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x11),
    "pclmulhqhqdq xmm8,xmm6")
ENC("c4 63 41 44 c6 11",
    x_vec_rr(b, XOP(0x66, 3, 0x44), true, XMM0 + 8, XMM0 + 7, XMM0 + 6); x_byte(b, 0x11),
    "vpclmulhqhqdq xmm8,xmm7,xmm6")
ENC("c4 43 41 44 44 91 40 11",
    x_vec_rm(b, XOP(0x66, 3, 0x44), true, XMM0 + 8, XMM0 + 7, MEM(R9, RDX, 2, 0x40)); x_byte(b, 0x11),
    "vpclmulhqhqdq xmm8,xmm7,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("66 0f 3a 21 ca 50",
    x_vec_rr(b, XOP(0x66, 3, 0x21), false, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x50),
    "insertps xmm1,xmm2,0x50")
ENC("c4 e3 31 21 ca 50",
    x_vec_rr(b, XOP(0x66, 3, 0x21), true, XMM0 + 1, XMM0 + 9, XMM0 + 2); x_byte(b, 0x50),
    "vinsertps xmm1,xmm9,xmm2,0x50")
ENC("45 0f c6 e6 11", x_vec_rr(b, XOP(0, 1, 0xc6), false, XMM0 + 12, XNONE, XMM0 + 14); x_byte(b, 0x11), "shufps xmm12,xmm14,0x11")
ENC("c4 41 60 c6 e6 11",
    x_vec_rr(b, XOP(0, 1, 0xc6), true, XMM0 + 12, XMM0 + 3, XMM0 + 14); x_byte(b, 0x11),
    "vshufps xmm12,xmm3,xmm14,0x11")
ENC("c4 e2 01 47 c5", x_vec_rr(b, XOP(0x66, 2, 0x47), true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsllvd xmm0,xmm15,xmm5")
ENC("c4 c2 01 47 44 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x47), true, XMM0 + 0, XMM0 + 15, MEM(R9, RDX, 2, 0x40)),
    "vpsllvd xmm0,xmm15,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("c4 62 41 45 c6", x_vec_rr(b, XOP(0x66, 2, 0x45), true, XMM0 + 8, XMM0 + 7, XMM0 + 6), "vpsrlvd xmm8,xmm7,xmm6")
ENC("c4 e2 31 46 ca", x_vec_rr(b, XOP(0x66, 2, 0x46), true, XMM0 + 1, XMM0 + 9, XMM0 + 2), "vpsravd xmm1,xmm9,xmm2")
ENC("c4 42 e1 47 e6", x_vec_rr(b, XOP(0x66, 2, 0x47) | XV_W, true, XMM0 + 12, XMM0 + 3, XMM0 + 14), "vpsllvq xmm12,xmm3,xmm14")
ENC("c4 42 e1 47 64 91 40",
    x_vec_rm(b, XOP(0x66, 2, 0x47) | XV_W, true, XMM0 + 12, XMM0 + 3, MEM(R9, RDX, 2, 0x40)),
    "vpsllvq xmm12,xmm3,XMMWORD PTR [r9+rdx*4+0x40]")
ENC("c4 e2 81 45 c5", x_vec_rr(b, XOP(0x66, 2, 0x45) | XV_W, true, XMM0 + 0, XMM0 + 15, XMM0 + 5), "vpsrlvq xmm0,xmm15,xmm5")
ENC("c4 63 41 02 c6 05",
    x_vec_rr(b, XOP(0x66, 3, 0x02), true, XMM0 + 8, XMM0 + 7, XMM0 + 6); x_byte(b, 0x5),
    "vpblendd xmm8,xmm7,xmm6,0x5")
ENC("c4 e3 b1 ce ca 00",
    x_vec_rr(b, XOP(0x66, 3, 0xce) | XV_W, true, XMM0 + 1, XMM0 + 9, XMM0 + 2); x_byte(b, 0x0),
    "vgf2p8affineqb xmm1,xmm9,xmm2,0x0")
ENC("c4 c3 b1 ce 4c 91 40 00",
    x_vec_rm(b, XOP(0x66, 3, 0xce) | XV_W, true, XMM0 + 1, XMM0 + 9, MEM(R9, RDX, 2, 0x40)); x_byte(b, 0x0),
    "vgf2p8affineqb xmm1,xmm9,XMMWORD PTR [r9+rdx*4+0x40],0x0")
ENC("45 0f 38 cb e6", x_vec_rr(b, XOP(0, 2, 0xcb), false, XMM0 + 12, XNONE, XMM0 + 14), "sha256rnds2 xmm12,xmm14,xmm0")
ENC("0f 38 cc c5", x_vec_rr(b, XOP(0, 2, 0xcc), false, XMM0 + 0, XNONE, XMM0 + 5), "sha256msg1 xmm0,xmm5")
ENC("44 0f 38 cd c6", x_vec_rr(b, XOP(0, 2, 0xcd), false, XMM0 + 8, XNONE, XMM0 + 6), "sha256msg2 xmm8,xmm6")
ENC("0f 3a cc ca 02", x_vec_rr(b, XOP(0, 3, 0xcc), false, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x2), "sha1rnds4 xmm1,xmm2,0x2")
ENC("62 52 e5 08 39 e6",
    x_vec_rr(b, XOP(0x66, 2, 0x39) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, XMM0 + 14),
    "vpminsq xmm12,xmm3,xmm14")
ENC("62 12 e5 08 39 a4 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x39) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, MEM(R8, R11, 3, 0x40)),
    "vpminsq xmm12,xmm3,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 85 08 3d c5",
    x_vec_rr(b, XOP(0x66, 2, 0x3d) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, XMM0 + 5),
    "vpmaxsq xmm0,xmm15,xmm5")
ENC("62 92 85 08 3d 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x3d) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, MEM(R8, R11, 3, 0x40)),
    "vpmaxsq xmm0,xmm15,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 72 c5 08 3b c6",
    x_vec_rr(b, XOP(0x66, 2, 0x3b) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, XMM0 + 6),
    "vpminuq xmm8,xmm7,xmm6")
ENC("62 12 c5 08 3b 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x3b) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, MEM(R8, R11, 3, 0x40)),
    "vpminuq xmm8,xmm7,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 b5 08 3f ca",
    x_vec_rr(b, XOP(0x66, 2, 0x3f) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, XMM0 + 2),
    "vpmaxuq xmm1,xmm9,xmm2")
ENC("62 92 b5 08 3f 8c c9 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x3f) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, MEM(R9, R9, 3, 0x40)),
    "vpmaxuq xmm1,xmm9,XMMWORD PTR [r9+r9*8+0x40]")
ENC("62 52 e5 08 40 e6",
    x_vec_rr(b, XOP(0x66, 2, 0x40) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, XMM0 + 14),
    "vpmullq xmm12,xmm3,xmm14")
ENC("62 12 e5 08 40 a4 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x40) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, MEM(R8, R11, 3, 0x40)),
    "vpmullq xmm12,xmm3,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 85 08 12 c5",
    x_vec_rr(b, XOP(0x66, 2, 0x12) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, XMM0 + 5),
    "vpsllvw xmm0,xmm15,xmm5")
ENC("62 92 85 08 12 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x12) | XV_W | XV_EVEX, true, XMM0 + 0, XMM0 + 15, MEM(R8, R11, 3, 0x40)),
    "vpsllvw xmm0,xmm15,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 72 c5 08 10 c6",
    x_vec_rr(b, XOP(0x66, 2, 0x10) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, XMM0 + 6),
    "vpsrlvw xmm8,xmm7,xmm6")
ENC("62 12 c5 08 10 84 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x10) | XV_W | XV_EVEX, true, XMM0 + 8, XMM0 + 7, MEM(R8, R11, 3, 0x40)),
    "vpsrlvw xmm8,xmm7,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f2 b5 08 11 ca",
    x_vec_rr(b, XOP(0x66, 2, 0x11) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, XMM0 + 2),
    "vpsravw xmm1,xmm9,xmm2")
ENC("62 92 b5 08 11 8c c9 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x11) | XV_W | XV_EVEX, true, XMM0 + 1, XMM0 + 9, MEM(R9, R9, 3, 0x40)),
    "vpsravw xmm1,xmm9,XMMWORD PTR [r9+r9*8+0x40]")
ENC("62 52 e5 08 46 e6",
    x_vec_rr(b, XOP(0x66, 2, 0x46) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, XMM0 + 14),
    "vpsravq xmm12,xmm3,xmm14")
ENC("62 12 e5 08 46 a4 d8 40 00 00 00",
    x_vec_rm(b, XOP(0x66, 2, 0x46) | XV_W | XV_EVEX, true, XMM0 + 12, XMM0 + 3, MEM(R8, R11, 3, 0x40)),
    "vpsravq xmm12,xmm3,XMMWORD PTR [r8+r11*8+0x40]")
ENC("62 f3 05 08 25 c5 ca",
    x_vec_rr(b, XOP(0x66, 3, 0x25) | XV_EVEX, true, XMM0 + 0, XMM0 + 15, XMM0 + 5); x_byte(b, 0xca),
    "vpternlogd xmm0,xmm15,xmm5,0xca")
ENC("62 93 05 08 25 84 d8 40 00 00 00 ca",
    x_vec_rm(b, XOP(0x66, 3, 0x25) | XV_EVEX, true, XMM0 + 0, XMM0 + 15, MEM(R8, R11, 3, 0x40)); x_byte(b, 0xca),
    "vpternlogd xmm0,xmm15,XMMWORD PTR [r8+r11*8+0x40],0xca")
ENC("66 44 0f 70 c6 1b",
    x_vec_rr(b, XOP(0x66, 1, 0x70), false, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x1b),
    "pshufd xmm8,xmm6,0x1b")
ENC("c5 79 70 c6 1b", x_vec_rr(b, XOP(0x66, 1, 0x70), true, XMM0 + 8, XNONE, XMM0 + 6); x_byte(b, 0x1b), "vpshufd xmm8,xmm6,0x1b")
ENC("c4 41 79 70 47 f0 1b",
    x_vec_rm(b, XOP(0x66, 1, 0x70), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)); x_byte(b, 0x1b),
    "vpshufd xmm8,XMMWORD PTR [r15-0x10],0x1b")
ENC("66 44 0f 70 44 05 00 1b",
    x_vec_rm(b, XOP(0x66, 1, 0x70), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)); x_byte(b, 0x1b),
    "pshufd xmm8,XMMWORD PTR [rbp+rax*1+0x0],0x1b")
ENC("f2 0f 70 ca 39", x_vec_rr(b, XOP(0xf2, 1, 0x70), false, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x39), "pshuflw xmm1,xmm2,0x39")
ENC("c5 fb 70 ca 39", x_vec_rr(b, XOP(0xf2, 1, 0x70), true, XMM0 + 1, XNONE, XMM0 + 2); x_byte(b, 0x39), "vpshuflw xmm1,xmm2,0x39")
ENC("c4 c1 7b 70 4f f0 39",
    x_vec_rm(b, XOP(0xf2, 1, 0x70), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)); x_byte(b, 0x39),
    "vpshuflw xmm1,XMMWORD PTR [r15-0x10],0x39")
ENC("f2 0f 70 4c 05 00 39",
    x_vec_rm(b, XOP(0xf2, 1, 0x70), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)); x_byte(b, 0x39),
    "pshuflw xmm1,XMMWORD PTR [rbp+rax*1+0x0],0x39")
ENC("f3 45 0f 70 e6 39",
    x_vec_rr(b, XOP(0xf3, 1, 0x70), false, XMM0 + 12, XNONE, XMM0 + 14); x_byte(b, 0x39),
    "pshufhw xmm12,xmm14,0x39")
ENC("c4 41 7a 70 e6 39",
    x_vec_rr(b, XOP(0xf3, 1, 0x70), true, XMM0 + 12, XNONE, XMM0 + 14); x_byte(b, 0x39),
    "vpshufhw xmm12,xmm14,0x39")
ENC("c4 41 7a 70 67 f0 39",
    x_vec_rm(b, XOP(0xf3, 1, 0x70), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)); x_byte(b, 0x39),
    "vpshufhw xmm12,XMMWORD PTR [r15-0x10],0x39")
ENC("f3 44 0f 70 64 05 00 39",
    x_vec_rm(b, XOP(0xf3, 1, 0x70), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)); x_byte(b, 0x39),
    "pshufhw xmm12,XMMWORD PTR [rbp+rax*1+0x0],0x39")
ENC("66 0f 38 1c c5", x_vec_rr(b, XOP(0x66, 2, 0x1c), false, XMM0 + 0, XNONE, XMM0 + 5), "pabsb xmm0,xmm5")
ENC("c4 e2 79 1c c5", x_vec_rr(b, XOP(0x66, 2, 0x1c), true, XMM0 + 0, XNONE, XMM0 + 5), "vpabsb xmm0,xmm5")
ENC("c4 c2 79 1c 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x1c), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpabsb xmm0,XMMWORD PTR [r15-0x10]")
ENC("66 0f 38 1c 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x1c), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pabsb xmm0,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 1d c6", x_vec_rr(b, XOP(0x66, 2, 0x1d), false, XMM0 + 8, XNONE, XMM0 + 6), "pabsw xmm8,xmm6")
ENC("c4 62 79 1d c6", x_vec_rr(b, XOP(0x66, 2, 0x1d), true, XMM0 + 8, XNONE, XMM0 + 6), "vpabsw xmm8,xmm6")
ENC("c4 42 79 1d 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x1d), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpabsw xmm8,XMMWORD PTR [r15-0x10]")
ENC("66 44 0f 38 1d 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x1d), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pabsw xmm8,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 1e ca", x_vec_rr(b, XOP(0x66, 2, 0x1e), false, XMM0 + 1, XNONE, XMM0 + 2), "pabsd xmm1,xmm2")
ENC("c4 e2 79 1e ca", x_vec_rr(b, XOP(0x66, 2, 0x1e), true, XMM0 + 1, XNONE, XMM0 + 2), "vpabsd xmm1,xmm2")
ENC("c4 c2 79 1e 4f f0",
    x_vec_rm(b, XOP(0x66, 2, 0x1e), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpabsd xmm1,XMMWORD PTR [r15-0x10]")
ENC("66 0f 38 1e 4c 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x1e), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "pabsd xmm1,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 45 0f 38 17 e6", x_vec_rr(b, XOP(0x66, 2, 0x17), false, XMM0 + 12, XNONE, XMM0 + 14), "ptest xmm12,xmm14")
ENC("c4 42 79 17 e6", x_vec_rr(b, XOP(0x66, 2, 0x17), true, XMM0 + 12, XNONE, XMM0 + 14), "vptest xmm12,xmm14")
ENC("c4 42 79 17 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x17), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vptest xmm12,XMMWORD PTR [r15-0x10]")
ENC("66 44 0f 38 17 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x17), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "ptest xmm12,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 db c5", x_vec_rr(b, XOP(0x66, 2, 0xdb), false, XMM0 + 0, XNONE, XMM0 + 5), "aesimc xmm0,xmm5")
ENC("c4 e2 79 db c5", x_vec_rr(b, XOP(0x66, 2, 0xdb), true, XMM0 + 0, XNONE, XMM0 + 5), "vaesimc xmm0,xmm5")
ENC("c4 c2 79 db 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0xdb), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vaesimc xmm0,XMMWORD PTR [r15-0x10]")
ENC("66 0f 38 db 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0xdb), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "aesimc xmm0,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("44 0f 28 c6", x_vec_rr(b, XOP(0, 1, 0x28), false, XMM0 + 8, XNONE, XMM0 + 6), "movaps xmm8,xmm6")
ENC("c5 78 28 c6", x_vec_rr(b, XOP(0, 1, 0x28), true, XMM0 + 8, XNONE, XMM0 + 6), "vmovaps xmm8,xmm6")
ENC("c4 41 78 28 47 f0",
    x_vec_rm(b, XOP(0, 1, 0x28), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovaps xmm8,XMMWORD PTR [r15-0x10]")
ENC("44 0f 28 44 05 00",
    x_vec_rm(b, XOP(0, 1, 0x28), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "movaps xmm8,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("0f 10 ca", x_vec_rr(b, XOP(0, 1, 0x10), false, XMM0 + 1, XNONE, XMM0 + 2), "movups xmm1,xmm2")
ENC("c5 f8 10 ca", x_vec_rr(b, XOP(0, 1, 0x10), true, XMM0 + 1, XNONE, XMM0 + 2), "vmovups xmm1,xmm2")
ENC("c4 c1 78 10 4f f0",
    x_vec_rm(b, XOP(0, 1, 0x10), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovups xmm1,XMMWORD PTR [r15-0x10]")
ENC("0f 10 4c 05 00",
    x_vec_rm(b, XOP(0, 1, 0x10), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "movups xmm1,XMMWORD PTR [rbp+rax*1+0x0]")
ENC("f3 45 0f 7e e6", x_vec_rr(b, XOP(0xf3, 1, 0x7e), false, XMM0 + 12, XNONE, XMM0 + 14), "movq xmm12,xmm14")
ENC("c4 41 7a 7e e6", x_vec_rr(b, XOP(0xf3, 1, 0x7e), true, XMM0 + 12, XNONE, XMM0 + 14), "vmovq xmm12,xmm14")
ENC("c4 41 7a 7e 67 f0",
    x_vec_rm(b, XOP(0xf3, 1, 0x7e), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovq xmm12,QWORD PTR [r15-0x10]")
ENC("f3 44 0f 7e 64 05 00",
    x_vec_rm(b, XOP(0xf3, 1, 0x7e), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "movq xmm12,QWORD PTR [rbp+rax*1+0x0]")
ENC("f2 0f 12 c5", x_vec_rr(b, XOP(0xf2, 1, 0x12), false, XMM0 + 0, XNONE, XMM0 + 5), "movddup xmm0,xmm5")
ENC("c5 fb 12 c5", x_vec_rr(b, XOP(0xf2, 1, 0x12), true, XMM0 + 0, XNONE, XMM0 + 5), "vmovddup xmm0,xmm5")
ENC("c4 c1 7b 12 47 f0",
    x_vec_rm(b, XOP(0xf2, 1, 0x12), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vmovddup xmm0,QWORD PTR [r15-0x10]")
ENC("f2 0f 12 44 05 00",
    x_vec_rm(b, XOP(0xf2, 1, 0x12), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "movddup xmm0,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 20 c6", x_vec_rr(b, XOP(0x66, 2, 0x20), false, XMM0 + 8, XNONE, XMM0 + 6), "pmovsxbw xmm8,xmm6")
ENC("c4 62 79 20 c6", x_vec_rr(b, XOP(0x66, 2, 0x20), true, XMM0 + 8, XNONE, XMM0 + 6), "vpmovsxbw xmm8,xmm6")
ENC("c4 42 79 20 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x20), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovsxbw xmm8,QWORD PTR [r15-0x10]")
ENC("66 44 0f 38 20 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x20), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovsxbw xmm8,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 23 ca", x_vec_rr(b, XOP(0x66, 2, 0x23), false, XMM0 + 1, XNONE, XMM0 + 2), "pmovsxwd xmm1,xmm2")
ENC("c4 e2 79 23 ca", x_vec_rr(b, XOP(0x66, 2, 0x23), true, XMM0 + 1, XNONE, XMM0 + 2), "vpmovsxwd xmm1,xmm2")
ENC("c4 c2 79 23 4f f0",
    x_vec_rm(b, XOP(0x66, 2, 0x23), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovsxwd xmm1,QWORD PTR [r15-0x10]")
ENC("66 0f 38 23 4c 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x23), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovsxwd xmm1,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 45 0f 38 25 e6", x_vec_rr(b, XOP(0x66, 2, 0x25), false, XMM0 + 12, XNONE, XMM0 + 14), "pmovsxdq xmm12,xmm14")
ENC("c4 42 79 25 e6", x_vec_rr(b, XOP(0x66, 2, 0x25), true, XMM0 + 12, XNONE, XMM0 + 14), "vpmovsxdq xmm12,xmm14")
ENC("c4 42 79 25 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x25), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovsxdq xmm12,QWORD PTR [r15-0x10]")
ENC("66 44 0f 38 25 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x25), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovsxdq xmm12,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 30 c5", x_vec_rr(b, XOP(0x66, 2, 0x30), false, XMM0 + 0, XNONE, XMM0 + 5), "pmovzxbw xmm0,xmm5")
ENC("c4 e2 79 30 c5", x_vec_rr(b, XOP(0x66, 2, 0x30), true, XMM0 + 0, XNONE, XMM0 + 5), "vpmovzxbw xmm0,xmm5")
ENC("c4 c2 79 30 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x30), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxbw xmm0,QWORD PTR [r15-0x10]")
ENC("66 0f 38 30 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x30), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxbw xmm0,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 31 c6", x_vec_rr(b, XOP(0x66, 2, 0x31), false, XMM0 + 8, XNONE, XMM0 + 6), "pmovzxbd xmm8,xmm6")
ENC("c4 62 79 31 c6", x_vec_rr(b, XOP(0x66, 2, 0x31), true, XMM0 + 8, XNONE, XMM0 + 6), "vpmovzxbd xmm8,xmm6")
ENC("c4 42 79 31 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x31), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxbd xmm8,DWORD PTR [r15-0x10]")
ENC("66 44 0f 38 31 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x31), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxbd xmm8,DWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 32 ca", x_vec_rr(b, XOP(0x66, 2, 0x32), false, XMM0 + 1, XNONE, XMM0 + 2), "pmovzxbq xmm1,xmm2")
ENC("c4 e2 79 32 ca", x_vec_rr(b, XOP(0x66, 2, 0x32), true, XMM0 + 1, XNONE, XMM0 + 2), "vpmovzxbq xmm1,xmm2")
ENC("c4 c2 79 32 4f f0",
    x_vec_rm(b, XOP(0x66, 2, 0x32), true, XMM0 + 1, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxbq xmm1,WORD PTR [r15-0x10]")
ENC("66 0f 38 32 4c 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x32), false, XMM0 + 1, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxbq xmm1,WORD PTR [rbp+rax*1+0x0]")
ENC("66 45 0f 38 33 e6", x_vec_rr(b, XOP(0x66, 2, 0x33), false, XMM0 + 12, XNONE, XMM0 + 14), "pmovzxwd xmm12,xmm14")
ENC("c4 42 79 33 e6", x_vec_rr(b, XOP(0x66, 2, 0x33), true, XMM0 + 12, XNONE, XMM0 + 14), "vpmovzxwd xmm12,xmm14")
ENC("c4 42 79 33 67 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x33), true, XMM0 + 12, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxwd xmm12,QWORD PTR [r15-0x10]")
ENC("66 44 0f 38 33 64 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x33), false, XMM0 + 12, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxwd xmm12,QWORD PTR [rbp+rax*1+0x0]")
ENC("66 0f 38 34 c5", x_vec_rr(b, XOP(0x66, 2, 0x34), false, XMM0 + 0, XNONE, XMM0 + 5), "pmovzxwq xmm0,xmm5")
ENC("c4 e2 79 34 c5", x_vec_rr(b, XOP(0x66, 2, 0x34), true, XMM0 + 0, XNONE, XMM0 + 5), "vpmovzxwq xmm0,xmm5")
ENC("c4 c2 79 34 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x34), true, XMM0 + 0, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxwq xmm0,DWORD PTR [r15-0x10]")
ENC("66 0f 38 34 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x34), false, XMM0 + 0, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxwq xmm0,DWORD PTR [rbp+rax*1+0x0]")
ENC("66 44 0f 38 35 c6", x_vec_rr(b, XOP(0x66, 2, 0x35), false, XMM0 + 8, XNONE, XMM0 + 6), "pmovzxdq xmm8,xmm6")
ENC("c4 62 79 35 c6", x_vec_rr(b, XOP(0x66, 2, 0x35), true, XMM0 + 8, XNONE, XMM0 + 6), "vpmovzxdq xmm8,xmm6")
ENC("c4 42 79 35 47 f0",
    x_vec_rm(b, XOP(0x66, 2, 0x35), true, XMM0 + 8, XNONE, MEM(R15, XNONE, 0, -0x10)),
    "vpmovzxdq xmm8,QWORD PTR [r15-0x10]")
ENC("66 44 0f 38 35 44 05 00",
    x_vec_rm(b, XOP(0x66, 2, 0x35), false, XMM0 + 8, XNONE, MEM(RBP, RAX, 0, 0)),
    "pmovzxdq xmm8,QWORD PTR [rbp+rax*1+0x0]")
ENC("c4 62 79 78 cc", x_vec_rr(b, XOP(0x66, 2, 0x78), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastb xmm9,xmm4")
ENC("c4 62 79 78 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x78), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastb xmm9,BYTE PTR [rsi+0x8]")
ENC("c4 62 79 79 cc", x_vec_rr(b, XOP(0x66, 2, 0x79), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastw xmm9,xmm4")
ENC("c4 62 79 79 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x79), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastw xmm9,WORD PTR [rsi+0x8]")
ENC("c4 62 79 58 cc", x_vec_rr(b, XOP(0x66, 2, 0x58), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastd xmm9,xmm4")
ENC("c4 62 79 58 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x58), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastd xmm9,DWORD PTR [rsi+0x8]")
ENC("c4 62 79 59 cc", x_vec_rr(b, XOP(0x66, 2, 0x59), true, XMM0 + 9, XNONE, XMM0 + 4), "vpbroadcastq xmm9,xmm4")
ENC("c4 62 79 59 4e 08",
    x_vec_rm(b, XOP(0x66, 2, 0x59), true, XMM0 + 9, XNONE, MEM(RSI, XNONE, 0, 8)),
    "vpbroadcastq xmm9,QWORD PTR [rsi+0x8]")
ENC("62 72 7d 08 7a c9", x_vec_rr(b, XOP(0x66, 2, 0x7a) | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastb xmm9,ecx")
ENC("62 72 7d 08 7b c9", x_vec_rr(b, XOP(0x66, 2, 0x7b) | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastw xmm9,ecx")
ENC("62 72 7d 08 7c c9", x_vec_rr(b, XOP(0x66, 2, 0x7c) | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastd xmm9,ecx")
ENC("62 72 fd 08 7c c9", x_vec_rr(b, XOP(0x66, 2, 0x7c) | XV_W | XV_EVEX, true, XMM0 + 9, XNONE, RCX), "vpbroadcastq xmm9,rcx")
ENC("62 52 fd 08 1f cd", x_vec_rr(b, XOP(0x66, 2, 0x1f) | XV_W | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vpabsq xmm9,xmm13")
ENC("62 52 7d 08 44 cd", x_vec_rr(b, XOP(0x66, 2, 0x44) | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vplzcntd xmm9,xmm13")
ENC("62 52 7e 08 25 cd", x_vec_rr(b, XOP(0xf3, 2, 0x25) | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vpmovsqd xmm13,xmm9")
ENC("62 52 7e 08 15 cd", x_vec_rr(b, XOP(0xf3, 2, 0x15) | XV_EVEX, true, XMM0 + 9, XNONE, XMM0 + 13), "vpmovusqd xmm13,xmm9")
ENC("66 0f 71 f1 07", x_vec_rr(b, XOP(0x66, 1, 0x71), false, 6, XNONE, XMM0 + 1); x_byte(b, 7), "psllw xmm1,0x7")
ENC("c5 f1 71 f2 07", x_vec_rr(b, XOP(0x66, 1, 0x71), true, 6, XMM0 + 1, XMM0 + 2); x_byte(b, 7), "vpsllw xmm1,xmm2,0x7")
ENC("66 41 0f 71 d4 07", x_vec_rr(b, XOP(0x66, 1, 0x71), false, 2, XNONE, XMM0 + 12); x_byte(b, 7), "psrlw xmm12,0x7")
ENC("c4 c1 19 71 d6 07", x_vec_rr(b, XOP(0x66, 1, 0x71), true, 2, XMM0 + 12, XMM0 + 14); x_byte(b, 7), "vpsrlw xmm12,xmm14,0x7")
ENC("66 0f 71 e0 07", x_vec_rr(b, XOP(0x66, 1, 0x71), false, 4, XNONE, XMM0 + 0); x_byte(b, 7), "psraw xmm0,0x7")
ENC("c5 f9 71 e5 07", x_vec_rr(b, XOP(0x66, 1, 0x71), true, 4, XMM0 + 0, XMM0 + 5); x_byte(b, 7), "vpsraw xmm0,xmm5,0x7")
ENC("66 41 0f 72 f0 07", x_vec_rr(b, XOP(0x66, 1, 0x72), false, 6, XNONE, XMM0 + 8); x_byte(b, 7), "pslld xmm8,0x7")
ENC("c5 b9 72 f6 07", x_vec_rr(b, XOP(0x66, 1, 0x72), true, 6, XMM0 + 8, XMM0 + 6); x_byte(b, 7), "vpslld xmm8,xmm6,0x7")
ENC("66 0f 72 d1 07", x_vec_rr(b, XOP(0x66, 1, 0x72), false, 2, XNONE, XMM0 + 1); x_byte(b, 7), "psrld xmm1,0x7")
ENC("c5 f1 72 d2 07", x_vec_rr(b, XOP(0x66, 1, 0x72), true, 2, XMM0 + 1, XMM0 + 2); x_byte(b, 7), "vpsrld xmm1,xmm2,0x7")
ENC("66 41 0f 72 e4 07", x_vec_rr(b, XOP(0x66, 1, 0x72), false, 4, XNONE, XMM0 + 12); x_byte(b, 7), "psrad xmm12,0x7")
ENC("c4 c1 19 72 e6 07", x_vec_rr(b, XOP(0x66, 1, 0x72), true, 4, XMM0 + 12, XMM0 + 14); x_byte(b, 7), "vpsrad xmm12,xmm14,0x7")
ENC("66 0f 73 f0 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 6, XNONE, XMM0 + 0); x_byte(b, 7), "psllq xmm0,0x7")
ENC("c5 f9 73 f5 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 6, XMM0 + 0, XMM0 + 5); x_byte(b, 7), "vpsllq xmm0,xmm5,0x7")
ENC("66 41 0f 73 d0 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 2, XNONE, XMM0 + 8); x_byte(b, 7), "psrlq xmm8,0x7")
ENC("c5 b9 73 d6 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 2, XMM0 + 8, XMM0 + 6); x_byte(b, 7), "vpsrlq xmm8,xmm6,0x7")
ENC("66 0f 73 f9 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 7, XNONE, XMM0 + 1); x_byte(b, 7), "pslldq xmm1,0x7")
ENC("c5 f1 73 fa 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 7, XMM0 + 1, XMM0 + 2); x_byte(b, 7), "vpslldq xmm1,xmm2,0x7")
ENC("66 41 0f 73 dc 07", x_vec_rr(b, XOP(0x66, 1, 0x73), false, 3, XNONE, XMM0 + 12); x_byte(b, 7), "psrldq xmm12,0x7")
ENC("c4 c1 19 73 de 07", x_vec_rr(b, XOP(0x66, 1, 0x73), true, 3, XMM0 + 12, XMM0 + 14); x_byte(b, 7), "vpsrldq xmm12,xmm14,0x7")
ENC("62 f1 fd 08 72 e5 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_W | XV_EVEX, true, 4, XMM0 + 0, XMM0 + 5); x_byte(b, 7),
    "vpsraq xmm0,xmm5,0x7")
ENC("62 f1 3d 08 72 c6 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_EVEX, true, 0, XMM0 + 8, XMM0 + 6); x_byte(b, 7),
    "vprord xmm8,xmm6,0x7")
ENC("62 f1 f5 08 72 c2 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_W | XV_EVEX, true, 0, XMM0 + 1, XMM0 + 2); x_byte(b, 7),
    "vprorq xmm1,xmm2,0x7")
ENC("62 d1 1d 08 72 ce 07",
    x_vec_rr(b, XOP(0x66, 1, 0x72) | XV_EVEX, true, 1, XMM0 + 12, XMM0 + 14); x_byte(b, 7),
    "vprold xmm12,xmm14,0x7")
ENC("66 44 0f 3a 20 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x20), false, XMM0 + 9, XNONE, RCX); x_byte(b, 1), "pinsrb xmm9,ecx,0x1")
ENC("c4 63 61 20 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x20), true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1), "vpinsrb xmm9,xmm3,ecx,0x1")
ENC("c4 43 61 20 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x20), true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrb xmm9,xmm3,BYTE PTR [r13+0x0],0x1")
ENC("66 45 0f 3a 20 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x20), false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrb xmm9,BYTE PTR [r13+0x0],0x1")
ENC("66 44 0f c4 c9 01", x_vec_rr(b, XOP(0x66, 1, 0xc4), false, XMM0 + 9, XNONE, RCX); x_byte(b, 1), "pinsrw xmm9,ecx,0x1")
ENC("c5 61 c4 c9 01", x_vec_rr(b, XOP(0x66, 1, 0xc4), true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1), "vpinsrw xmm9,xmm3,ecx,0x1")
ENC("c4 41 61 c4 4d 00 01",
    x_vec_rm(b, XOP(0x66, 1, 0xc4), true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrw xmm9,xmm3,WORD PTR [r13+0x0],0x1")
ENC("66 45 0f c4 4d 00 01",
    x_vec_rm(b, XOP(0x66, 1, 0xc4), false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrw xmm9,WORD PTR [r13+0x0],0x1")
ENC("66 44 0f 3a 22 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x22), false, XMM0 + 9, XNONE, RCX); x_byte(b, 1), "pinsrd xmm9,ecx,0x1")
ENC("c4 63 61 22 c9 01", x_vec_rr(b, XOP(0x66, 3, 0x22), true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1), "vpinsrd xmm9,xmm3,ecx,0x1")
ENC("c4 43 61 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22), true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrd xmm9,xmm3,DWORD PTR [r13+0x0],0x1")
ENC("66 45 0f 3a 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22), false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrd xmm9,DWORD PTR [r13+0x0],0x1")
ENC("66 4c 0f 3a 22 c9 01",
    x_vec_rr(b, XOP(0x66, 3, 0x22) | XV_W, false, XMM0 + 9, XNONE, RCX); x_byte(b, 1),
    "pinsrq xmm9,rcx,0x1")
ENC("c4 63 e1 22 c9 01",
    x_vec_rr(b, XOP(0x66, 3, 0x22) | XV_W, true, XMM0 + 9, XMM0 + 3, RCX); x_byte(b, 1),
    "vpinsrq xmm9,xmm3,rcx,0x1")
ENC("c4 43 e1 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22) | XV_W, true, XMM0 + 9, XMM0 + 3, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "vpinsrq xmm9,xmm3,QWORD PTR [r13+0x0],0x1")
ENC("66 4d 0f 3a 22 4d 00 01",
    x_vec_rm(b, XOP(0x66, 3, 0x22) | XV_W, false, XMM0 + 9, XNONE, MEM(R13, XNONE, 0, 0)); x_byte(b, 1),
    "pinsrq xmm9,QWORD PTR [r13+0x0],0x1")
ENC("66 45 0f 3a 14 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x14), false, XMM0 + 9, XNONE, R10); x_byte(b, 1), "pextrb r10d,xmm9,0x1")
ENC("c4 43 79 14 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x14), true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrb r10d,xmm9,0x1")
ENC("66 45 0f 3a 15 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x15), false, XMM0 + 9, XNONE, R10); x_byte(b, 1), "pextrw r10d,xmm9,0x1")
ENC("c4 43 79 15 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x15), true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrw r10d,xmm9,0x1")
ENC("66 45 0f 3a 16 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x16), false, XMM0 + 9, XNONE, R10); x_byte(b, 1), "pextrd r10d,xmm9,0x1")
ENC("c4 43 79 16 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x16), true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrd r10d,xmm9,0x1")
ENC("66 4d 0f 3a 16 ca 01",
    x_vec_rr(b, XOP(0x66, 3, 0x16) | XV_W, false, XMM0 + 9, XNONE, R10); x_byte(b, 1),
    "pextrq r10,xmm9,0x1")
ENC("c4 43 f9 16 ca 01", x_vec_rr(b, XOP(0x66, 3, 0x16) | XV_W, true, XMM0 + 9, XNONE, R10); x_byte(b, 1), "vpextrq r10,xmm9,0x1")
ENC("66 45 0f 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e), false, XMM0 + 9, XNONE, R10), "movd r10d,xmm9")
ENC("c4 41 79 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e), true, XMM0 + 9, XNONE, R10), "vmovd r10d,xmm9")
ENC("66 45 0f 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e), false, XMM0 + 9, XNONE, R10), "movd xmm9,r10d")
ENC("c4 41 79 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e), true, XMM0 + 9, XNONE, R10), "vmovd xmm9,r10d")
ENC("66 4d 0f 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e) | XV_W, false, XMM0 + 9, XNONE, R10), "movq r10,xmm9")
ENC("c4 41 f9 7e ca", x_vec_rr(b, XOP(0x66, 1, 0x7e) | XV_W, true, XMM0 + 9, XNONE, R10), "vmovq r10,xmm9")
ENC("66 4d 0f 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e) | XV_W, false, XMM0 + 9, XNONE, R10), "movq xmm9,r10")
ENC("c4 41 f9 6e ca", x_vec_rr(b, XOP(0x66, 1, 0x6e) | XV_W, true, XMM0 + 9, XNONE, R10), "vmovq xmm9,r10")
